// state_at(seq): what the variables of a call held at a moment.

#include <algorithm>
#include <map>
#include <string>

#include "scope/trace/node_filter.h"
#include "sdk/query/sequence_argument.h"
#include "sdk/query/tables/functions.h"
#include "sdk/query/tables/row_table.h"

namespace scope::query {
namespace {

constexpr uint64_t kFirstWindow = 64;

// An event that outlives its visit.
struct StateRow {
  trace::Event event;
  std::string bytes;

  trace::Event Whole() const {
    trace::Event whole = event;
    whole.bytes = bytes;
    return whole;
  }
};

// The call of the last event that is not behind `seq`.
absl::StatusOr<uint64_t> CallAt(Source& source, trace::TraceReader& reader, uint64_t seq) {
  for (uint64_t window = kFirstWindow;; window *= 16) {
    const bool whole = window > seq;
    trace::Selection selection;
    selection.first_seq = whole ? 0 : seq - window;
    selection.last_seq = seq;
    selection.gaps = false;
    bool found = false;
    uint64_t last_seq = 0;
    uint64_t call = trace::kNoCall;
    const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
      source.events_read.fetch_add(1, std::memory_order_relaxed);
      if (!found || event.seq >= last_seq) {
        last_seq = event.seq;
        call = event.call;
      }
      found = true;
      return !source.interrupted.load(std::memory_order_relaxed);
    });
    if (!status.ok()) return status;
    if (source.interrupted) return absl::CancelledError("interrupted");
    if (found || whole) return call;
  }
}

absl::StatusOr<std::vector<StateRow>> State(Source& source, trace::TraceReader& reader,
                                            uint64_t seq) {
  const auto call = CallAt(source, reader, seq);
  if (!call.ok()) return call.status();
  std::vector<StateRow> rows;
  if (*call == trace::kNoCall) return rows;
  std::vector<bool> nodes;
  for (const trace::Node& node : source.trace().nodes()) {
    nodes.push_back(trace::IsVariable(node) && !node.name.empty());
  }
  trace::Selection selection;
  selection.first_seq = *call;
  selection.last_seq = seq;
  selection.nodes = &nodes;
  selection.gaps = false;
  std::map<std::string, size_t> places;
  const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
    source.events_read.fetch_add(1, std::memory_order_relaxed);
    if (event.call == *call) {
      const auto [place, is_new] = places.try_emplace(event.node->name, rows.size());
      if (is_new) rows.emplace_back();
      rows[place->second] = {event, std::string(event.bytes.data(), event.bytes.size())};
    }
    return !source.interrupted.load(std::memory_order_relaxed);
  });
  if (!status.ok()) return status;
  if (source.interrupted) return absl::CancelledError("interrupted");
  return rows;
}

absl::StatusOr<std::vector<StateRow>> StateAt(Source& source, const Value& argument) {
  const auto seq = SequenceOf(argument, "state_at(seq)");
  if (!seq.ok()) return seq.status();
  const auto reader = source.TakeReader();
  if (!reader.ok()) return reader.status();
  auto rows = State(source, **reader, *seq);
  source.GiveBack(*reader);
  return rows;
}

void SetState(const Source& source, const StateRow& row, int column, Cell& cell) {
  const trace::Event event = row.Whole();
  const trace::Node& node = source.node(event.node->number);
  switch (column) {
    case 0:
      return cell.LastingText(node.name);
    case 1:
      return cell.Value(event);
    case 2:
      return cell.Text(trace::FormatValue(event));
    case 3:
      return cell.TextOrNull(node.type_name);
    case 4:
      return cell.Unsigned(event.seq);
    case 5:
      return cell.Integer(node.number);
    case 6:
      return cell.TextOrNull(node.file);
    case 7:
      return node.line == 0 ? cell.Null() : cell.Integer(node.line);
    case 8:
      return cell.Unsigned(event.call);
    case 9:
      return cell.Integer(source.catalog().FunctionOf(node.number));
    default:
      return cell.Null();
  }
}

}  // namespace

std::unique_ptr<Table> MakeStateAt(Source& source) {
  return std::make_unique<RowTable<StateRow>>(
      TableInfo{"state_at",
                "state_at(seq): the variables of the call that ran then, with their last values",
                {{"name", "TEXT", "of the variable"},
                 {"value", "", "as INTEGER, REAL, TEXT or BLOB"},
                 {"text", "TEXT", "the value as a person writes it"},
                 {"type", "TEXT", "as in the source"},
                 {"seq", "INTEGER", "when it got this value"},
                 {"node", "INTEGER", "that gave it, see nodes"},
                 {"file", "TEXT", "of the node"},
                 {"line", "INTEGER", "of the node"},
                 {"call", "INTEGER", "the call, see calls"},
                 {"function", "INTEGER", "number of the function, see functions"},
                 {"at", "INTEGER", "a moment: a seq", true}}},
      [&source](const std::vector<Value>& arguments) { return StateAt(source, arguments[0]); },
      [&source](const StateRow& row, int column, Cell& cell) {
        SetState(source, row, column, cell);
      });
}

}  // namespace scope::query
