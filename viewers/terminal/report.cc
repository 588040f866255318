#include "viewers/terminal/report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scope/wire/ring.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/loss_text.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/table.h"
#include "viewers/terminal/thread_table.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

using Align = Table::Align;

std::string NodeTable(const trace::TraceReader& reader, const TraceTotals& totals, size_t top,
                      const Paint& paint) {
  const Places places(reader.nodes());
  Table table({{"events", Align::kRight},
               {"share", Align::kRight},
               {"event"},
               {"name", Align::kLeft, 40},
               {"function", Align::kLeft, 40},
               {"where"}});
  for (size_t i = 0; i < totals.nodes.size() && i < top; ++i) {
    const auto& [node, count] = totals.nodes[i];
    table.Add({CountText(count), PercentText(count, totals.events), KindWord(node->kind),
               Printable(node->name), Printable(node->function->name), places.Where(*node)});
  }
  return table.Text(paint);
}

std::string More(size_t all, size_t shown) {
  return all > shown ? absl::StrCat("  and ", CountText(all - shown), " more (--top)\n") : "";
}

std::string FunctionJson(const FunctionTotal& total, bool timed) {
  JsonObject object;
  object.Text("name", total.function->name)
      .Text("file", total.function->file)
      .Number("line", total.function->line)
      .Raw("id", JsonId(total.id))
      .Number("calls", total.calls);
  if (timed) {
    object.Number("total_ns", total.total_ns).Number("self_ns", total.self_ns);
  } else {
    object.Null("total_ns").Null("self_ns");
  }
  return object.Number("unwound", total.unwound).Str();
}

std::string NodeJson(const NodeTotal& total) {
  const trace::Node& node = *total.node;
  return JsonObject()
      .Raw("node", JsonId(node.id))
      .Text("kind", KindWord(node.kind))
      .Text("name", node.name)
      .Text("function", node.function->name)
      .Text("file", node.file)
      .Number("line", node.line)
      .Number("col", node.column)
      .Number("events", total.count)
      .Str();
}

}  // namespace

std::string FunctionTable(const trace::TraceReader& reader, const TraceTotals& totals, size_t top,
                          const Paint& paint) {
  const bool timed = reader.info().clock != kScopeClockOff;
  const Places places(reader.nodes());
  std::vector<Table::Column> columns = {{"calls", Align::kRight}};
  if (timed) {
    columns.push_back({"total", Align::kRight});
    columns.push_back({"self", Align::kRight});
  }
  columns.push_back({"function", Align::kLeft, 50});
  columns.push_back({"where"});
  Table table(columns);
  for (size_t i = 0; i < totals.functions.size() && i < top; ++i) {
    const FunctionTotal& total = totals.functions[i];
    const trace::Function& function = *total.function;
    std::vector<std::string> cells = {CountText(total.calls)};
    if (timed) {
      cells.push_back(DurationText(total.total_ns));
      cells.push_back(DurationText(total.self_ns));
    }
    cells.push_back(Printable(function.name));
    cells.push_back(places.Where(function));
    table.Add(cells);
  }
  return absl::StrCat(table.Text(paint), More(totals.functions.size(), top));
}

std::string ReportText(const trace::TraceReader& reader, const TraceTotals& totals, size_t top,
                       const Paint& paint) {
  const trace::TraceInfo& info = reader.info();
  const trace::Losses losses = trace::LossesOf(reader.threads());
  const uint64_t lost = LostEvents(info, losses);
  const std::string loss = LossText(info, losses);
  std::string text = absl::StrCat(
      Printable(info.directory), ": ", CountText(info.event_count, "event"), ", ",
      lost == 0 ? loss : paint.Bad(loss), ", ", CountText(reader.threads().size(), "thread"), ", ",
      DurationText(info.recorded_ns), "\n");
  if (info.clock == kScopeClockOff) {
    absl::StrAppend(&text, "recorded with --clock off: there are no times\n");
  }
  absl::StrAppend(&text, "\n", paint.Bold("functions"), "\n",
                  FunctionTable(reader, totals, top, paint));
  absl::StrAppend(&text, "\n", paint.Bold("busiest nodes"), "\n",
                  NodeTable(reader, totals, top, paint), More(totals.nodes.size(), top));
  absl::StrAppend(&text, "\n", paint.Bold("threads"), "\n", ThreadTable(reader.threads(), paint));
  return text;
}

std::string ReportJson(const trace::TraceReader& reader, const TraceTotals& totals, size_t top) {
  const trace::TraceInfo& info = reader.info();
  const bool timed = info.clock != kScopeClockOff;
  JsonArray functions;
  JsonArray nodes;
  for (size_t i = 0; i < std::min(top, totals.functions.size()); ++i) {
    functions.Add(FunctionJson(totals.functions[i], timed));
  }
  for (size_t i = 0; i < std::min(top, totals.nodes.size()); ++i) {
    nodes.Add(NodeJson(totals.nodes[i]));
  }
  return JsonObject()
             .Text("directory", info.directory)
             .Number("events", info.event_count)
             .Number("lost", LostEvents(info, trace::LossesOf(reader.threads())))
             .Number("recorded_ns", info.recorded_ns)
             .Text("clock", ClockWord(info.clock))
             .Bool("complete", info.complete)
             .Raw("functions", functions.Str())
             .Raw("nodes", nodes.Str())
             .Raw("threads", ThreadsJson(reader.threads()))
             .Str() +
         "\n";
}

}  // namespace scope::viewers
