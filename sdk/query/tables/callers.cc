// callers(call): the calls around a call, the innermost first.

#include "sdk/query/call_stacks.h"
#include "sdk/query/sequence_argument.h"
#include "sdk/query/tables/functions.h"
#include "sdk/query/tables/row_table.h"

namespace scope::query {
namespace {

struct CallerRow {
  size_t level = 0;
  uint64_t call = 0;
  uint32_t thread = 0;
  uint32_t depth = 0;
  uint32_t node = Catalog::kNone;  // its entry
  int64_t entered_ns = 0;
};

// The entry of a call. Not set: there is no event.
absl::Status ReadEntry(trace::TraceReader& reader, CallerRow& row) {
  trace::Selection selection;
  selection.first_seq = selection.last_seq = row.call;
  selection.gaps = false;
  return reader.ForEach(selection, [&](const trace::Event& event) {
    row.node = event.node->number;
    row.entered_ns = event.time_ns;
    return false;
  });
}

absl::StatusOr<std::vector<CallerRow>> Callers(Source& source, const Value& argument) {
  const auto call = SequenceOf(argument, "callers(call)");
  if (!call.ok()) return call.status();
  const auto chain = CallChainOf(source, *call, /*only_parent=*/false);
  if (!chain.ok()) return chain.status();
  const auto reader = source.TakeReader();
  if (!reader.ok()) return reader.status();
  std::vector<CallerRow> rows;
  absl::Status status;
  for (size_t level = 1; level < chain->calls.size() && status.ok(); ++level) {
    const size_t depth = chain->calls.size() - 1 - level;
    if (chain->calls[depth] == trace::kNoCall) break;
    rows.push_back({.level = level,
                    .call = chain->calls[depth],
                    .thread = chain->thread,
                    .depth = static_cast<uint32_t>(depth)});
    status = ReadEntry(**reader, rows.back());
  }
  source.GiveBack(*reader);
  if (!status.ok()) return status;
  return rows;
}

void SetCaller(const Source& source, const CallerRow& row, int column, Cell& cell) {
  if (column == 0) return cell.Unsigned(row.level);
  if (column == 1) return cell.Unsigned(row.call);
  if (column == 4) return cell.Integer(row.thread);
  if (column == 5) return cell.Integer(row.depth);
  if (row.node == Catalog::kNone) return cell.Null();
  if (column == 2) return cell.Integer(source.catalog().FunctionOf(row.node));
  if (column == 3) return cell.LastingText(source.node(row.node).function->name);
  if (column == 6) return cell.Integer(row.entered_ns);
  cell.Null();
}

}  // namespace

std::unique_ptr<Table> MakeCallers(Source& source) {
  return std::make_unique<RowTable<CallerRow>>(
      TableInfo{"callers",
                "callers(call): the calls around a call, the innermost first",
                {{"level", "INTEGER", "1: who called it, 2: who called that"},
                 {"call", "INTEGER", "seq of its entry"},
                 {"function", "INTEGER", "number of the function, see functions"},
                 {"name", "TEXT", "of the function"},
                 {"thread", "INTEGER", "number of the thread, see threads"},
                 {"depth", "INTEGER", "calls around it in its thread"},
                 {"entered_ns", "INTEGER", "since the recording began"},
                 {"of", "INTEGER", "a call: the seq of its entry", true}}},
      [&source](const std::vector<Value>& arguments) { return Callers(source, arguments[0]); },
      [&source](const CallerRow& row, int column, Cell& cell) {
        SetCaller(source, row, column, cell);
      });
}

}  // namespace scope::query
