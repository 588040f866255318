#include "sdk/query/tables/calls.h"

#include <deque>
#include <map>
#include <optional>

#include "scope/trace/event_words.h"
#include "sdk/query/bounds.h"
#include "sdk/query/call_stacks.h"
#include "sdk/query/event_scan.h"

namespace scope::query {
namespace {

enum CallColumn {
  kCall,
  kFunction,
  kName,
  kThread,
  kParent,
  kDepth,
  kEnteredNs,
  kLeftNs,
  kDurationNs,
  kExitSeq,
  kHow,
  kException,
};

struct Call {
  uint64_t call = 0;
  uint64_t parent = trace::kNoCall;
  uint32_t function = 0;
  uint32_t thread = 0;
  uint32_t depth = 0;
  int64_t entered_ns = 0;
  int64_t left_ns = 0;
  uint64_t exit_seq = trace::kNoSeq;  // kNoSeq: no exit is recorded
  uint8_t how = 0;
  uint32_t thrown = Catalog::kNone;
};

class CallsCursor final : public Cursor {
 public:
  explicit CallsCursor(Source& source) : source_(source) {}

  absl::Status Begin(const Plan& plan) override;
  absl::Status Next() override;
  bool AtEnd() const override { return ready_.empty(); }
  void Column(int column, Cell& cell) override;
  int64_t RowId() const override { return static_cast<int64_t>(ready_.front().call); }

 private:
  absl::Status Advance();
  void Take(const trace::Event& event);
  void Show(const Call& call);
  void End(uint64_t call);

  Source& source_;
  Plan plan_;
  std::optional<uint64_t> only_;    // this call alone
  std::optional<uint64_t> parent_;  // the calls from this one alone
  std::optional<uint64_t> given_parent_;
  std::unique_ptr<EventScan> scan_;
  std::unique_ptr<CallStacks> stacks_;
  std::map<uint64_t, Call> open_;
  std::deque<Call> ready_;  // the first is the current row
  bool at_end_ = false;
};

absl::Status CallsCursor::Begin(const Plan& plan) {
  plan_ = plan;
  scan_.reset();
  open_.clear();
  ready_.clear();
  only_ = parent_ = given_parent_ = std::nullopt;
  at_end_ = true;
  ScanRequest request;
  request.nodes = StackNodes(source_);
  for (const Constraint& constraint : plan.constraints) {
    const Bounds bounds = BoundsOf(plan, constraint.column);
    if (bounds.is_empty()) return absl::OkStatus();
    if (constraint.column == kCall) only_ = bounds.first;
    if (constraint.column == kParent) parent_ = bounds.first;
    if (constraint.column == kThread) {
      if (bounds.first >= source_.trace().threads().size()) return absl::OkStatus();
      request.thread = static_cast<uint32_t>(bounds.first);
    }
  }
  request.until_exit_of = only_ ? only_ : parent_;
  if (only_ && (parent_ || (plan.columns_used >> kParent & 1) != 0)) {
    const auto chain = CallChainOf(source_, *only_, /*only_parent=*/true);
    if (!chain.ok()) return chain.status();
    if (chain->calls.empty()) return absl::OkStatus();
    const size_t around = chain->calls.size() - 1;
    given_parent_ = around == 0 ? trace::kNoCall : chain->calls[around - 1];
    if (parent_ && *given_parent_ != *parent_) return absl::OkStatus();
  }
  at_end_ = false;
  stacks_ = std::make_unique<CallStacks>([this](uint64_t call) { End(call); });
  scan_ = std::make_unique<EventScan>(source_, std::move(request));
  return Advance();
}

absl::Status CallsCursor::Next() {
  ready_.pop_front();
  return Advance();
}

absl::Status CallsCursor::Advance() {
  while (ready_.empty() && !at_end_) {
    const auto event = scan_->Next();
    if (!event.ok()) return event.status();
    if (*event != nullptr) {
      Take(**event);
      continue;
    }
    at_end_ = true;
    for (const auto& [seq, call] : open_) Show(call);
    open_.clear();
  }
  return absl::OkStatus();
}

void CallsCursor::Take(const trace::Event& event) {
  const uint64_t parent = stacks_->Add(event);
  if (event.call == trace::kNoCall) return;
  if (event.node->kind == kScopeEventEnter) {
    Call& call = open_[event.call];
    call.call = event.call;
    call.parent = only_ && given_parent_ && event.call == *only_ ? *given_parent_ : parent;
    call.function = source_.catalog().FunctionOf(event.node->number);
    call.thread = event.thread;
    call.depth = event.depth;
    call.entered_ns = event.time_ns;
  } else if (event.node->kind == kScopeEventExit) {
    const auto found = open_.find(event.call);
    if (found != open_.end()) {
      Call& call = found->second;
      call.left_ns = event.time_ns;
      call.exit_seq = event.seq;
      call.how = event.exit_how;
      if (event.thrown != nullptr) call.thrown = event.thrown->number;
      Show(call);
      open_.erase(found);
    }
  }
}

void CallsCursor::End(uint64_t call) {
  const auto found = open_.find(call);
  if (found == open_.end()) return;
  Show(found->second);
  open_.erase(found);
}

void CallsCursor::Show(const Call& call) {
  if (!Meets(plan_, kFunction, call.function)) return;
  if (only_ && call.call != *only_) return;
  if (parent_ && call.parent != *parent_) return;
  ready_.push_back(call);
  if (only_) at_end_ = true;
}

void CallsCursor::Column(int column, Cell& cell) {
  const Call& call = ready_.front();
  const bool left = call.exit_seq != trace::kNoSeq;
  switch (column) {
    case kCall:
      return cell.Unsigned(call.call);
    case kFunction:
      return cell.Integer(call.function);
    case kName:
      return cell.LastingText(source_.catalog().functions()[call.function].facts->name);
    case kThread:
      return cell.Integer(call.thread);
    case kParent:
      return cell.NumberOr(call.parent, trace::kNoCall);
    case kDepth:
      return cell.Integer(call.depth);
    case kEnteredNs:
      return cell.Integer(call.entered_ns);
    case kLeftNs:
      return left ? cell.Integer(call.left_ns) : cell.Null();
    case kDurationNs:
      return left ? cell.Integer(call.left_ns - call.entered_ns) : cell.Null();
    case kExitSeq:
      return cell.NumberOr(call.exit_seq, trace::kNoSeq);
    case kHow:
      return left ? cell.Text(trace::ExitWord(call.how)) : cell.Null();
    case kException:
      return call.thrown == Catalog::kNone ? cell.Null()
                                           : cell.LastingText(source_.node(call.thrown).type_name);
    default:
      return cell.Null();
  }
}

class CallsTable final : public Table {
 public:
  explicit CallsTable(Source& source)
      : Table(
            {"calls",
             "calls of functions, in the order in which they ended",
             {{"call", "INTEGER", "seq of its entry"},
              {"function", "INTEGER", "number of the function, see functions"},
              {"name", "TEXT", "of the function"},
              {"thread", "INTEGER", "number of the thread, see threads"},
              {"parent", "INTEGER", "the call that it was made from; NULL: none, or not recorded"},
              {"depth", "INTEGER", "calls around it in its thread"},
              {"entered_ns", "INTEGER", "since the recording began"},
              {"left_ns", "INTEGER", "NULL: its exit is not in the trace"},
              {"duration_ns", "INTEGER", "from entry to exit"},
              {"exit_seq", "INTEGER", "seq of its exit"},
              {"how", "TEXT", "it was left: return, unwind, tail_call, thread_end, destroyed"},
              {"exception", "TEXT", "type that was thrown, if it was left by one"}}}),
        source_(source) {}

  bool Takes(int column, Op op) const override {
    return op == Op::kEqual &&
           (column == kCall || column == kFunction || column == kThread || column == kParent);
  }
  bool TakesSet(int column) const override { return column == kFunction; }
  bool IsKey(int column) const override { return column == kCall; }
  double RowCount() const override {
    return static_cast<double>(source_.trace().info().event_count) / 4 + 1;
  }
  double CostShare(int column, Op /*op*/) const override {
    return column == kCall || column == kParent ? 1e-4 : 1;
  }
  std::unique_ptr<Cursor> Open() const override { return std::make_unique<CallsCursor>(source_); }

 private:
  Source& source_;
};

}  // namespace

std::unique_ptr<Table> MakeCalls(Source& source) { return std::make_unique<CallsTable>(source); }

}  // namespace scope::query
