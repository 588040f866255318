#include "sdk/query/tables/event_table.h"

#include <algorithm>
#include <optional>

#include "scope/trace/event_words.h"
#include "sdk/query/bounds.h"
#include "sdk/query/event_scan.h"
#include "sdk/query/node_argument.h"

namespace scope::query {
namespace {

// Known of an event as soon as its node is.
bool IsNodeFact(EventField field) {
  switch (field) {
    case EventField::kNode:
    case EventField::kKind:
    case EventField::kName:
    case EventField::kFunction:
    case EventField::kFile:
    case EventField::kLine:
    case EventField::kUnit:
      return true;
    default:
      return false;
  }
}

// What events can be chosen by without looking at them.
bool IsOfNode(EventField field) {
  return field == EventField::kNode || field == EventField::kKind || field == EventField::kName ||
         field == EventField::kFunction;
}

// Text and blobs are SQLite's to compare.
void AddValueBound(const Constraint& constraint, ScanRequest& request) {
  const Value& limit = constraint.values[0];
  if (const auto* integer = std::get_if<int64_t>(&limit)) {
    request.values.push_back({constraint.op, static_cast<long double>(*integer)});
  } else if (const auto* real = std::get_if<double>(&limit)) {
    request.values.push_back({constraint.op, *real});
  }
}

class EventCursor final : public Cursor {
 public:
  EventCursor(Source& source, const EventTableSpec& spec) : source_(source), spec_(spec) {}

  absl::Status Begin(const Plan& plan) override;
  absl::Status Next() override;
  bool AtEnd() const override {
    return scan_ == nullptr ? counted_at_ >= counted_.size() : event_ == nullptr;
  }
  void Column(int column, Cell& cell) override;
  // What a statement uses of the table decides alone whether rows are counted.
  int64_t RowId() const override {
    if (scan_ != nullptr) return static_cast<int64_t>(event_->seq);
    const Counted& counted = counted_[counted_at_];
    return static_cast<int64_t>(uint64_t{counted.node} << 40 | counted.left);
  }

 private:
  bool IsWanted(const Plan& plan, const trace::Node& node) const;
  absl::StatusOr<NodeSet> NodesFor(const Plan& plan) const;
  std::optional<uint32_t> HistoryColumnsOf(const Plan& plan) const;
  bool UsesNodeFactsOnly(const Plan& plan) const;
  absl::Status BeginCounted(const NodeSet& nodes, const Plan& plan);
  int Compare(EventField field, uint32_t a, uint32_t b) const;
  void NodeFact(EventField field, const trace::Node& node, Cell& cell) const;

  Source& source_;
  const EventTableSpec& spec_;
  std::unique_ptr<EventScan> scan_;
  const trace::Event* event_ = nullptr;
  // Without a scan: rows of which nothing is asked that their node does not say.
  struct Counted {
    uint32_t node;
    uint64_t left;  // rows
  };
  std::vector<Counted> counted_;
  size_t counted_at_ = 0;
};

bool EventCursor::IsWanted(const Plan& plan, const trace::Node& node) const {
  for (const Constraint& constraint : plan.constraints) {
    const int column = constraint.column;
    switch (spec_.fields[static_cast<size_t>(column)]) {
      case EventField::kNode:
        if (!Meets(plan, column, node.number)) return false;
        break;
      case EventField::kKind:
        if (!Meets(plan, column, trace::KindWord(node.kind))) return false;
        break;
      case EventField::kName:
        if (!Meets(plan, column, node.name)) return false;
        break;
      case EventField::kFunction:
        if (!Meets(plan, column, source_.catalog().FunctionOf(node.number))) return false;
        break;
      default:
        break;
    }
  }
  return true;
}

absl::StatusOr<NodeSet> EventCursor::NodesFor(const Plan& plan) const {
  NodeSet nodes = spec_.nodes;
  const bool chooses = std::any_of(
      plan.constraints.begin(), plan.constraints.end(), [&](const Constraint& constraint) {
        return IsOfNode(spec_.fields[static_cast<size_t>(constraint.column)]);
      });
  for (const trace::Node& node : source_.trace().nodes()) {
    if (!chooses) break;  // An inner loop of a join may come here often.
    nodes[node.number] = nodes[node.number] && IsWanted(plan, node);
  }
  for (const Constraint& constraint : plan.constraints) {
    if (spec_.fields[static_cast<size_t>(constraint.column)] != EventField::kArgument) continue;
    const auto asked = NodesOf(source_, constraint.values[0]);
    if (!asked.ok()) return asked.status();
    NodeSet both(nodes.size());
    for (const uint32_t node : *asked) both[node] = nodes[node];
    nodes = std::move(both);
  }
  return nodes;
}

absl::Status EventCursor::Begin(const Plan& plan) {
  scan_.reset();
  event_ = nullptr;
  counted_.clear();
  counted_at_ = 0;
  auto nodes = NodesFor(plan);
  if (!nodes.ok()) return nodes.status();

  ScanRequest request;
  bool by_node = true;
  for (const Constraint& constraint : plan.constraints) {
    const EventField field = spec_.fields[static_cast<size_t>(constraint.column)];
    const Bounds bounds = BoundsOf(plan, constraint.column);
    by_node = by_node && (IsOfNode(field) || field == EventField::kArgument);
    if (field == EventField::kSeq) {
      request.first_seq = bounds.first;
      request.last_seq = bounds.last;
    } else if (field == EventField::kValue) {
      AddValueBound(constraint, request);
    } else if (field == EventField::kThread || field == EventField::kCall) {
      if (bounds.is_empty()) return absl::OkStatus();
      if (field == EventField::kCall) request.call = bounds.first;
      if (field == EventField::kThread) {
        if (bounds.first >= source_.trace().threads().size()) return absl::OkStatus();
        request.thread = static_cast<uint32_t>(bounds.first);
      }
    }
  }
  if (by_node && UsesNodeFactsOnly(plan)) return BeginCounted(*nodes, plan);
  request.nodes = *std::move(nodes);
  request.history = HistoryColumnsOf(plan);
  scan_ = std::make_unique<EventScan>(source_, std::move(request));
  return Next();
}

// Nothing: a column is used that a history does not have.
std::optional<uint32_t> EventCursor::HistoryColumnsOf(const Plan& plan) const {
  uint32_t columns = trace::kHistoryPlain;
  for (size_t i = 0; i < spec_.fields.size(); ++i) {
    if ((plan.columns_used >> std::min<size_t>(i, 63) & 1) == 0) continue;
    switch (spec_.fields[i]) {
      case EventField::kThread:
        columns |= trace::kHistoryThreads;
        break;
      case EventField::kTime:
        columns |= trace::kHistoryTimes;
        break;
      case EventField::kCall:
        columns |= trace::kHistoryCalls;
        break;
      case EventField::kThreadSeq:
      case EventField::kOrder:
      case EventField::kDepth:
      case EventField::kIteration:
      case EventField::kHow:
      case EventField::kException:
      case EventField::kUnwound:
      case EventField::kReservedSeq:
        return std::nullopt;
      default:
        break;  // Facts of the node, or the value.
    }
  }
  return columns;
}

bool EventCursor::UsesNodeFactsOnly(const Plan& plan) const {
  for (size_t i = 0; i < spec_.fields.size(); ++i) {
    const bool used = (plan.columns_used >> std::min<size_t>(i, 63) & 1) != 0;
    if (used && !IsNodeFact(spec_.fields[i]) && spec_.fields[i] != EventField::kArgument) {
      return false;
    }
  }
  return true;
}

absl::Status EventCursor::BeginCounted(const NodeSet& nodes, const Plan& plan) {
  const auto counts = source_.Counts();
  if (!counts.ok()) return counts.status();
  counted_.clear();
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    const uint64_t count = (**counts)[node];
    if (nodes[node] && count > 0) counted_.push_back({node, plan.distinct ? 1 : count});
  }
  std::sort(counted_.begin(), counted_.end(), [&](const Counted& a, const Counted& b) {
    for (const int column : plan.order) {
      const int order = Compare(spec_.fields[static_cast<size_t>(column)], a.node, b.node);
      if (order != 0) return order < 0;
    }
    return a.node < b.node;
  });
  counted_at_ = 0;
  return absl::OkStatus();
}

// In the order that SQLite has: NULL, which is 0 or empty here, comes first.
int EventCursor::Compare(EventField field, uint32_t a, uint32_t b) const {
  const trace::Node& x = source_.node(a);
  const trace::Node& y = source_.node(b);
  const auto numbers = [](uint64_t one, uint64_t other) { return (one > other) - (one < other); };
  switch (field) {
    case EventField::kKind:
      return source_.catalog().KindWord(x.kind).compare(source_.catalog().KindWord(y.kind));
    case EventField::kName:
      return x.name.compare(y.name);
    case EventField::kFile:
      return x.file.compare(y.file);
    case EventField::kUnit:
      return x.unit.compare(y.unit);
    case EventField::kLine:
      return numbers(x.line, y.line);
    case EventField::kFunction:
      return numbers(source_.catalog().FunctionOf(a), source_.catalog().FunctionOf(b));
    default:
      return numbers(a, b);
  }
}

absl::Status EventCursor::Next() {
  if (scan_ == nullptr) {
    if (--counted_[counted_at_].left == 0) {
      ++counted_at_;
      if (source_.interrupted) return absl::CancelledError("interrupted");
    }
    return absl::OkStatus();
  }
  const auto event = scan_->Next();
  if (!event.ok()) return event.status();
  event_ = *event;
  return absl::OkStatus();
}

void EventCursor::Column(int column, Cell& cell) {
  const size_t index = static_cast<size_t>(column);
  // The scan's reader may be another one: texts are to outlive it.
  const trace::Node& node =
      source_.node(scan_ == nullptr ? counted_[counted_at_].node : event_->node->number);
  if (scan_ == nullptr) return NodeFact(spec_.fields[index], node, cell);
  const trace::Event& event = *event_;
  switch (spec_.fields[index]) {
    case EventField::kSeq:
      return cell.Unsigned(event.seq);
    case EventField::kTime:
      return cell.Integer(event.time_ns);
    case EventField::kThread:
      return cell.Integer(event.thread);
    case EventField::kThreadSeq:
      return cell.Unsigned(event.thread_seq);
    case EventField::kOrder:
      return cell.Integer(event.order);
    case EventField::kCall:
      return cell.NumberOr(event.call, trace::kNoCall);
    case EventField::kDepth:
      return cell.Integer(event.depth);
    case EventField::kIteration:
      return cell.NumberOr(event.iteration, trace::kNoIteration);
    case EventField::kValue:
      return trace::HasValue(node) ? cell.Value(event) : cell.Null();
    case EventField::kText:
      return trace::HasValue(node) ? cell.Text(trace::FormatValue(event)) : cell.Null();
    case EventField::kHow:
      return node.kind == kScopeEventExit ? cell.Text(trace::ExitWord(event.exit_how))
                                          : cell.Null();
    case EventField::kException:
      return event.thrown == nullptr
                 ? cell.Null()
                 : cell.LastingText(source_.node(event.thrown->number).type_name);
    case EventField::kUnwound:
      return cell.Integer(event.unwound);
    case EventField::kReservedSeq:
      return cell.NumberOr(event.reserved_seq, trace::kNoSeq);
    case EventField::kTruncated:
      return cell.Integer(event.truncated ? 1 : 0);
    case EventField::kMember: {
      const std::string& name = spec_.info.columns[index].name;
      if (node.type == nullptr) return cell.Null();
      for (const trace::Type::Member& member : node.type->members) {
        if (member.name == name || member.name + "_" == name)
          return cell.Field(member, event.bytes);
      }
      return cell.Null();
    }
    default:
      return NodeFact(spec_.fields[index], node, cell);
  }
}

void EventCursor::NodeFact(EventField field, const trace::Node& node, Cell& cell) const {
  switch (field) {
    case EventField::kNode:
      return cell.Integer(node.number);
    case EventField::kKind:
      return cell.LastingText(source_.catalog().KindWord(node.kind));
    case EventField::kName:
      return cell.LastingText(node.name);
    case EventField::kFunction:
      return cell.Integer(source_.catalog().FunctionOf(node.number));
    case EventField::kFile:
      return cell.TextOrNull(node.file);
    case EventField::kLine:
      return node.line == 0 ? cell.Null() : cell.Integer(node.line);
    case EventField::kUnit:
      return cell.TextOrNull(node.unit);
    default:
      return cell.Null();
  }
}

}  // namespace

EventTable::EventTable(Source& source, EventTableSpec spec)
    : Table(spec.info), source_(source), spec_(std::move(spec)) {}

bool EventTable::Takes(int column, Op op) const {
  const EventField field = FieldOf(column);
  if (field == EventField::kSeq) return true;
  return op == Op::kEqual &&
         (IsOfNode(field) || field == EventField::kThread || field == EventField::kCall);
}

bool EventTable::Thins(int column, Op /*op*/) const {
  return FieldOf(column) == EventField::kValue;
}

bool EventTable::TakesSet(int column) const { return IsOfNode(FieldOf(column)); }

bool EventTable::Ascends(int column) const { return FieldOf(column) == EventField::kSeq; }

bool EventTable::Groups(int column) const { return IsNodeFact(FieldOf(column)); }

double EventTable::RowCount() const {
  const double events = static_cast<double>(source_.trace().info().event_count);
  const double nodes = static_cast<double>(std::max<size_t>(spec_.nodes.size(), 1));
  const auto own = static_cast<double>(std::count(spec_.nodes.begin(), spec_.nodes.end(), true));
  return events * own / nodes + 1;
}

double EventTable::CostShare(int column, Op op) const {
  const EventField field = FieldOf(column);
  if (field == EventField::kSeq) return op == Op::kEqual ? 1e-6 : 0.25;
  if (field == EventField::kCall) return 1e-4;
  if (field == EventField::kValue) return 0.5;
  if (!IsOfNode(field)) return 1;
  const auto nodes = static_cast<double>(std::max<size_t>(spec_.nodes.size(), 1));
  return field == EventField::kNode ? 1 / nodes : 10 / (10 + nodes);
}

std::unique_ptr<Cursor> EventTable::Open() const {
  return std::make_unique<EventCursor>(source_, spec_);
}

}  // namespace scope::query
