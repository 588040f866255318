#include "viewers/terminal/variable_text.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/typed_value.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

constexpr size_t kCurveWidth = 40;

std::string TypeOf(const trace::Node& node) {
  return node.type_name.empty() ? TypeWord(node.value_type) : node.type_name;
}

std::string WrittenAt(const VariableHistory& history, const Places& places) {
  // Several nodes may stand at one place: copies of an inline function, or "a = b = 1".
  std::vector<std::string> order;
  std::map<std::string, uint64_t> counts;
  for (const auto& place : history.places) {
    if (place.count == 0) continue;
    const std::string where =
        absl::StrCat(places.Where(*place.node), " ", KindWord(place.node->kind));
    if (counts.try_emplace(where, 0).second) order.push_back(where);
    counts[where] += place.count;
  }
  if (order.size() < 2) return "";
  std::string text = "  at";
  for (const std::string& where : order) {
    absl::StrAppend(&text, "  ", where, " (", CountText(counts[where]), ")");
  }
  return absl::StrCat(text, "\n");
}

}  // namespace

std::string VariableText(const VariableHistory& history, const Places& places, const Paint& paint) {
  const trace::Node& node = history.main_node();
  std::string place = places.Where(node);
  if (node.column > 0) absl::StrAppend(&place, ":", node.column);
  const std::string lost =
      history.lost_max == 0
          ? "0 lost"
          : paint.Bad(absl::StrCat("up to ", CountText(history.lost_max), " lost"));
  const std::string skipped =
      history.skipped == 0 ? "" : absl::StrCat(CountText(history.skipped), " skipped, ");
  std::string text = absl::StrCat(paint.Bold(Printable(node.name)), "  ", Printable(TypeOf(node)),
                                  "  ", place, " in ", Printable(node.function->name), "       ",
                                  CountText(history.count, "value"), ", ", skipped, lost, "\n");
  if (history.count == 0) return text;

  const auto value = [](const KeptValue& kept) {
    return Printable(trace::FormatValue(kept.event()));
  };
  absl::StrAppend(&text, "  first ", value(history.first), "   last ", value(history.last));
  if (history.has_range) {
    absl::StrAppend(&text, "   min ", value(history.min), "   max ", value(history.max));
  }
  absl::StrAppend(&text, "   changes ", CountText(history.changes));
  if (history.nan_count > 0) absl::StrAppend(&text, "   nan ", CountText(history.nan_count));
  absl::StrAppend(&text, "\n", WrittenAt(history, places));
  const std::string curve = history.curve.Text(kCurveWidth);
  if (!curve.empty()) absl::StrAppend(&text, "  ", paint.Name(curve), "\n");
  return text;
}

std::string VariableJson(const VariableHistory& history) {
  const trace::Node& node = history.main_node();
  const auto value = [](bool known, const KeptValue& kept) {
    return known ? ValueJson(kept.event()) : std::string("null");
  };
  JsonArray places;
  for (const auto& place : history.places) {
    places.Add(JsonObject()
                   .Raw("node", JsonId(place.node->id))
                   .Text("kind", KindWord(place.node->kind))
                   .Text("file", place.node->file)
                   .Number("line", place.node->line)
                   .Number("col", place.node->column)
                   .Number("count", place.count)
                   .Str());
  }
  const bool any = history.count > 0;
  return JsonObject()
      .Text("name", node.name)
      .Text("type", TypeOf(node))
      .Text("value_type", TypeWord(node.value_type))
      .Text("file", node.file)
      .Number("line", node.line)
      .Number("col", node.column)
      .Text("function", node.function->name)
      .Bool("redacted", node.redacted)
      .Number("count", history.count)
      .Number("lost", history.lost_max)
      .Number("skipped", history.skipped)
      .Raw("first", value(any, history.first))
      .Raw("last", value(any, history.last))
      .Raw("min", value(history.has_range, history.min))
      .Raw("max", value(history.has_range, history.max))
      .Number("changes", history.changes)
      .Number("nan", history.nan_count)
      .Raw("first_seq", any ? absl::StrCat(history.first_seq) : "null")
      .Raw("last_seq", any ? absl::StrCat(history.last_seq) : "null")
      .Raw("threads", absl::StrCat("[", absl::StrJoin(history.threads, ", "), "]"))
      .Text("sparkline", history.curve.Text(kCurveWidth))
      .Raw("places", places.Str())
      .Str();
}

}  // namespace scope::viewers
