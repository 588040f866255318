#include "viewers/terminal/meter_text.h"

#include "absl/strings/str_cat.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

using Align = Table::Align;

std::string RuleText(const trace::Meter& meter) {
  std::string text =
      meter.every > 1 ? absl::StrCat("1 in ", CountText(uint64_t{meter.every})) : std::string();
  if (meter.per_second > 0) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", CountText(uint64_t{meter.per_second}), "/s");
  }
  return text.empty() ? "all again" : text;
}

std::string NameOf(const trace::Meter& meter) {
  return meter.node == nullptr ? "?" : Printable(meter.node->name);
}

}  // namespace

std::string MeterTable(const trace::TraceReader& reader, const Paint& paint) {
  if (reader.meters().empty()) return "";
  const Places places(reader.nodes());
  Table table({{"stored", Align::kRight},
               {"of", Align::kRight},
               {"rule"},
               {"event"},
               {"name", Align::kLeft, 40},
               {"function", Align::kLeft, 40},
               {"where"}});
  for (const trace::Meter& meter : reader.meters()) {
    const trace::Node* const node = meter.node;
    table.Add({CountText(meter.passed), CountText(meter.passed + meter.skipped), RuleText(meter),
               node == nullptr ? "?" : KindWord(node->kind), NameOf(meter),
               node == nullptr ? "?" : Printable(node->function->name),
               node == nullptr ? "?" : places.Where(*node)});
  }
  return absl::StrCat("\n", paint.Bold("not every event was stored"), "\n", table.Text(paint));
}

std::string MetersJson(const trace::TraceReader& reader) {
  JsonArray array;
  for (const trace::Meter& meter : reader.meters()) {
    JsonObject object;
    object.Raw("node", JsonId(meter.id));
    if (meter.node != nullptr) {
      object.Text("kind", KindWord(meter.node->kind))
          .Text("name", meter.node->name)
          .Text("function", meter.node->function->name)
          .Text("file", meter.node->file)
          .Number("line", meter.node->line);
    }
    array.Add(object.Number("every", meter.every)
                  .Number("per_second", meter.per_second)
                  .Bool("follows_call", meter.follows_call)
                  .Number("passed", meter.passed)
                  .Number("skipped", meter.skipped)
                  .Str());
  }
  return array.Str();
}

std::unordered_map<uint64_t, uint64_t> SkippedEvents(const trace::TraceReader& reader) {
  std::unordered_map<uint64_t, uint64_t> skipped;
  for (const trace::Meter& meter : reader.meters()) skipped[meter.id] += meter.skipped;
  return skipped;
}

}  // namespace scope::viewers
