// Checks, held against the events of a trace.

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scope/analysis/check.h"
#include "scope/trace/captured.h"
#include "scope/trace/losses.h"
#include "scope/trace/node_filter.h"
#include "sdk/analysis/numbers.h"

namespace scope::analysis {
namespace {

using Kind = CheckTerm::Kind;

// Calls that are open at once. More are left open by longjmp.
constexpr size_t kOpenCallsMax = size_t{1} << 20;

bool IsSeries(const CheckTerm& term) {
  return term.kind == Kind::kVariable || term.kind == Kind::kDuration;
}

bool IsOfFunction(const CheckTerm& term) {
  return term.kind == Kind::kDuration || term.kind == Kind::kCalls ||
         term.kind == Kind::kExceptions || term.of_duration;
}

bool IsDuration(const CheckTerm& term) { return term.kind == Kind::kDuration || term.of_duration; }

std::string NumberText(long double number, bool is_duration) {
  if (is_duration) {
    const auto ns = static_cast<double>(number);
    if (std::fabs(ns) < 1e3) return absl::StrFormat("%.0f ns", ns);
    if (std::fabs(ns) < 1e6) return absl::StrFormat("%.3f us", ns / 1e3);
    if (std::fabs(ns) < 1e9) return absl::StrFormat("%.3f ms", ns / 1e6);
    return absl::StrFormat("%.3f s", ns / 1e9);
  }
  if (number == std::floor(number) && std::fabs(number) < 1e18L) {
    return absl::StrCat(static_cast<int64_t>(number));
  }
  return absl::StrFormat("%g", static_cast<double>(number));
}

// A value that outlives its event.
struct Value {
  const trace::Node* node = nullptr;  // null: none yet
  uint64_t seq = 0;
  uint64_t bits = 0;
  std::string bytes;
  long double number = 0;
  bool is_number = false;
  bool is_duration = false;

  std::string Text() const {
    if (is_duration) return NumberText(number, true);
    trace::Event event;
    event.node = node;
    event.bits = bits;
    event.bytes = bytes;
    event.whole_bytes = bytes.size();
    return node->redacted ? "(redacted)" : trace::FormatValue(event);
  }
};

bool Same(const Value& a, const Value& b) {
  return a.is_number && b.is_number ? a.number == b.number : a.bits == b.bits && a.bytes == b.bytes;
}

bool Compare(Check::Operator op, long double a, long double b) {
  switch (op) {
    case Check::Operator::kLess:
      return a < b;
    case Check::Operator::kLessEqual:
      return a <= b;
    case Check::Operator::kGreater:
      return a > b;
    case Check::Operator::kGreaterEqual:
      return a >= b;
    case Check::Operator::kEqual:
      return a == b;
    case Check::Operator::kNotEqual:
      return a != b;
  }
  return false;
}

// One side of a check, while the trace goes by.
struct Side {
  const CheckTerm* term = nullptr;
  uint64_t count = 0;
  long double min = 0;
  long double max = 0;
  long double sum = 0;
  uint64_t changes = 0;
  Value first;
  Value last;
  std::map<uint32_t, Value> of_thread;
  std::unordered_map<uint64_t, int64_t> open;  // time of entry, by call

  long double Total() const {
    switch (term->kind) {
      case Kind::kNumber:
        return term->number;
      case Kind::kMin:
        return min;
      case Kind::kMax:
        return max;
      case Kind::kMean:
        return count == 0 ? 0 : sum / static_cast<long double>(count);
      case Kind::kSum:
        return sum;
      case Kind::kFirst:
        return first.number;
      case Kind::kLast:
        return last.number;
      case Kind::kChanges:
        return static_cast<long double>(changes);
      default:
        return static_cast<long double>(count);
    }
  }

  // A least value of nothing is none.
  bool IsNothing() const {
    return count == 0 &&
           (term->kind == Kind::kMin || term->kind == Kind::kMax || term->kind == Kind::kMean ||
            term->kind == Kind::kFirst || term->kind == Kind::kLast);
  }

  void Add(const Value& value) {
    if (count == 0) first = value;
    if (count > 0 && !Same(last, value)) ++changes;
    if (value.is_number) {
      min = count == 0 ? value.number : std::min(min, value.number);
      max = count == 0 ? value.number : std::max(max, value.number);
      sum += value.number;
    }
    last = value;
    ++count;
  }
};

class Running {
 public:
  explicit Running(const Check& check) : check_(check) {
    left_.term = &check.left;
    right_.term = &check.right;
  }

  Side& side(bool right) { return right ? right_ : left_; }
  const Check& check() const { return check_; }
  bool decided() const { return decided_; }

  void Take(bool right, const trace::Event& event) {
    Side& side = right ? right_ : left_;
    Value value;
    if (!Read(side, event, value)) return;
    if (!IsSeries(*side.term)) return side.Add(value);
    if (decided_) return;
    ++result_.values;
    if (check_.kind == Check::Kind::kCompare) {
      CompareAt(right, value, event);
    } else {
      Changed(value, event);
    }
  }

  CheckResult Finish(uint64_t losses, bool complete) {
    if (check_.kind == Check::Kind::kNoLosses) {
      result_.holds = losses == 0 && complete;
      result_.value = absl::StrCat(losses, complete || losses > 0 ? "" : ", and it was cut off");
      return result_;
    }
    if (check_.left.kind == Kind::kLosses) left_.count = losses;
    if (check_.right.kind == Kind::kLosses) right_.count = losses;
    if (check_.kind != Check::Kind::kCompare || IsSeries(check_.left) || IsSeries(check_.right)) {
      const bool eventually = check_.quantifier == Check::Quantifier::kEventually;
      if (!decided_) result_.holds = !eventually || check_.kind != Check::Kind::kCompare;
      return result_;
    }
    result_.values = 1;
    const bool nothing = left_.IsNothing() || right_.IsNothing();
    const bool is = !nothing && Compare(check_.op, left_.Total(), right_.Total());
    result_.holds = is == (check_.quantifier != Check::Quantifier::kNever);
    const bool duration = IsDuration(check_.left) || IsDuration(check_.right);
    const auto text = [&](const Side& side) {
      const bool counts = side.term->kind == Kind::kCount || side.term->kind == Kind::kChanges;
      return side.IsNothing() ? "nothing" : NumberText(side.Total(), duration && !counts);
    };
    result_.value = text(left_);
    result_.other = text(right_);
    return result_;
  }

 private:
  // False: the event gives no value.
  static bool Read(Side& side, const trace::Event& event, Value& value) {
    const scope_event_kind kind = event.node->kind;
    value.node = event.node;
    value.seq = event.seq;
    if (!IsOfFunction(*side.term)) {
      value.bits = event.bits;
      value.bytes = std::string(event.bytes);
      value.is_number = NumberOf(event, value.number);
      return true;
    }
    if (side.term->kind == Kind::kCalls) return kind == kScopeEventEnter;
    if (side.term->kind == Kind::kExceptions) {
      return kind == kScopeEventExit && event.exit_how == kScopeExitUnwind;
    }
    if (kind == kScopeEventEnter) {
      if (side.open.size() < kOpenCallsMax) side.open.emplace(event.seq, event.time_ns);
      return false;
    }
    const auto entered = side.open.find(event.call);
    if (kind != kScopeEventExit || entered == side.open.end()) return false;
    value.number = static_cast<long double>(event.time_ns - entered->second);
    value.is_number = true;
    value.is_duration = true;
    side.open.erase(entered);
    return true;
  }

  // A value is compared with the last one of the other side in the same thread.
  void CompareAt(bool right, const Value& value, const trace::Event& event) {
    const Side& other = right ? left_ : right_;
    Value against;
    if (other.term->kind == Kind::kText) return Decide(TextIs(value), value, event, nullptr);
    if (IsSeries(*other.term)) {
      const auto last = other.of_thread.find(event.thread);
      if (last != other.of_thread.end()) against = last->second;
      (right ? right_ : left_).of_thread[event.thread] = value;
      if (against.node == nullptr) return;
    } else {
      against.number = other.term->number;
      against.is_number = true;
    }
    const long double a = right ? against.number : value.number;
    const long double b = right ? value.number : against.number;
    bool is = Compare(check_.op, a, b);
    if (!value.is_number || !against.is_number) {
      is = Same(value, against) == (check_.op == Check::Operator::kEqual);
    }
    Decide(is, value, event, against.node == nullptr ? nullptr : &against);
  }

  bool TextIs(const Value& value) const {
    const std::string text = value.Text();
    bool is = text == trace::QuoteText(check_.right.name) || text == check_.right.name;
    const trace::Type* type = value.node->type;
    if (type != nullptr && type->kind == trace::TypeKind::kEnum) {
      is = is || trace::EnumName(*type, static_cast<int64_t>(value.bits)) == check_.right.name;
    }
    return is == (check_.op == Check::Operator::kEqual);
  }

  void Decide(bool is, const Value& value, const trace::Event& event, const Value* other) {
    if (check_.quantifier == Check::Quantifier::kEventually) {
      if (!is) return;
      decided_ = true;
      result_.holds = true;
      return;
    }
    if (is == (check_.quantifier == Check::Quantifier::kAlways)) {
      before_ = value;
      return;
    }
    Example(value, event);
    const Value* shown = other != nullptr ? other : before_.node != nullptr ? &before_ : nullptr;
    if (shown == nullptr) return;
    result_.other = shown->Text();
    result_.other_seq = shown->seq;
  }

  void Example(const Value& value, const trace::Event& event) {
    decided_ = true;
    result_.holds = false;
    result_.has_example = true;
    result_.event = event;
    result_.event.bytes = {};
    result_.event.abandoned = nullptr;
    result_.event.abandoned_count = 0;
    result_.value = value.Text();
  }

  void Changed(const Value& value, const trace::Event& event) {
    const uint64_t key = check_.per_call ? event.call : event.thread;
    // A call that is over has no more values; which those are is not looked at.
    if (check_.per_call && last_.size() > kOpenCallsMax) last_.clear();
    const auto [known, added] = last_.try_emplace(key, value);
    if (added) return;
    const Value before = std::exchange(known->second, value);
    const bool wrong = check_.kind == Check::Kind::kNeverDecreases   ? value.number < before.number
                       : check_.kind == Check::Kind::kNeverIncreases ? value.number > before.number
                                                                     : !Same(value, before);
    if (!wrong) return;
    Example(value, event);
    result_.other = before.Text();
    result_.other_seq = before.seq;
  }

  const Check& check_;
  Side left_;
  Side right_;
  Value before_;
  std::unordered_map<uint64_t, Value> last_;
  CheckResult result_;
  bool decided_ = false;
};

struct Listener {
  uint32_t check;
  bool right;
};

// The nodes that give a side its values.
absl::Status FindNodes(const trace::TraceReader& reader, const CheckTerm& term, Listener listener,
                       std::vector<std::vector<Listener>>& listeners) {
  if (term.kind == Kind::kNumber || term.kind == Kind::kText || term.kind == Kind::kLosses) {
    return absl::OkStatus();
  }
  const auto pattern = trace::VariablePattern::Parse(term.name);
  bool found = false;
  for (const trace::Node& node : reader.nodes()) {
    const bool is_call = node.kind == kScopeEventEnter || node.kind == kScopeEventExit;
    const bool wanted = IsOfFunction(term)
                            ? is_call && trace::MatchesFunction(term.name, *node.function)
                            : pattern.Matches(node);
    if (!wanted) continue;
    found = true;
    listeners[node.number].push_back(listener);
  }
  if (found) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(
      IsOfFunction(term) ? "no function matches '" : "no variable matches '", term.name, "'"));
}

}  // namespace

absl::StatusOr<CheckReport> RunChecks(trace::TraceReader& reader,
                                      const std::vector<Check>& checks) {
  std::vector<Running> running;
  running.reserve(checks.size());
  std::vector<std::vector<Listener>> listeners(reader.nodes().size());
  for (uint32_t i = 0; i < checks.size(); ++i) {
    running.emplace_back(checks[i]);
    if (checks[i].kind == Check::Kind::kNoLosses) continue;
    for (const bool right : {false, true}) {
      if (right && checks[i].kind != Check::Kind::kCompare) continue;
      const CheckTerm& term = right ? checks[i].right : checks[i].left;
      const absl::Status status = FindNodes(reader, term, {i, right}, listeners);
      if (!status.ok()) return status;
    }
  }
  std::vector<bool> nodes;
  for (const auto& of_node : listeners) nodes.push_back(!of_node.empty());
  trace::Selection selection;
  selection.nodes = &nodes;
  selection.gaps = false;
  if (std::find(nodes.begin(), nodes.end(), true) != nodes.end()) {
    const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
      for (const Listener& listener : listeners[event.node->number]) {
        running[listener.check].Take(listener.right, event);
      }
      return true;
    });
    if (!status.ok()) return status;
  }
  CheckReport report;
  const trace::Losses losses = trace::LossesOf(reader.threads());
  report.losses = losses.dropped + losses.torn + reader.info().dropped_without_ring;
  for (const trace::Thread& thread : reader.threads()) report.losses += thread.not_kept;
  for (const trace::Meter& meter : reader.meters()) report.losses += meter.skipped;
  report.complete = report.losses == 0 && reader.info().complete && reader.info().damage.empty();
  for (Running& run : running) {
    report.results.push_back(run.Finish(report.losses, reader.info().complete));
  }
  return report;
}

}  // namespace scope::analysis
