#include "scope/analysis/diff.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "scope/trace/losses.h"
#include "scope/trace/node_changes.h"
#include "sdk/analysis/event_batches.h"
#include "sdk/analysis/numbers.h"

namespace scope::analysis {
namespace {

using trace::Event;
using trace::Node;

constexpr size_t kWaitingMax = size_t{1} << 21;
constexpr uint32_t kNone = ~uint32_t{0};

// Durations in buckets of which each is 1/32 wider than the one before.
class Durations {
 public:
  void Add(int64_t ns) {
    total_ += ns;
    ++count_;
    ++buckets_[BucketOf(static_cast<uint64_t>(std::max<int64_t>(ns, 0)))];
  }
  int64_t total() const { return total_; }
  int64_t Median() const {
    uint64_t seen = 0;
    for (const auto& [bucket, count] : buckets_) {
      seen += count;
      if (seen * 2 >= count_) return static_cast<int64_t>(MiddleOf(bucket));
    }
    return 0;
  }

 private:
  static uint32_t BucketOf(uint64_t ns) {
    if (ns < 64) return static_cast<uint32_t>(ns);
    const auto octave = static_cast<uint32_t>(std::bit_width(ns)) - 1;
    return octave * 32 + static_cast<uint32_t>(ns >> (octave - 5) & 31);
  }
  static uint64_t MiddleOf(uint32_t bucket) {
    if (bucket < 64) return bucket;
    const uint32_t octave = bucket / 32;
    return ((uint64_t{32} + bucket % 32) << (octave - 5)) + (uint64_t{1} << (octave - 5)) / 2;
  }

  std::map<uint32_t, uint64_t> buckets_;
  uint64_t count_ = 0;
  int64_t total_ = 0;
};

// A value that waits for its counterpart in the other trace.
struct Value {
  uint64_t seq = 0;
  uint64_t bits = 0;
  std::string bytes;
};

Event EventOf(const Value& value, const Node& node) {
  Event event;
  event.node = &node;
  event.bits = value.bits;
  event.bytes = value.bytes;
  event.whole_bytes = value.bytes.size();
  return event;
}

// As text, but for addresses: they are others in each run.
std::string WithoutAddresses(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] != 'x' || i == 0 || text[i - 1] != '0') continue;
    while (i + 1 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1]))) ++i;
  }
  return plain;
}

bool SameValue(const Value& a, const Node& of_a, const Value& b, const Node& of_b) {
  if (of_a.value_type == of_b.value_type && a.bits == b.bits && a.bytes == b.bytes) return true;
  const Event event_a = EventOf(a, of_a);
  const Event event_b = EventOf(b, of_b);
  long double number_a = 0;
  long double number_b = 0;
  if (NumberOf(event_a, number_a) && NumberOf(event_b, number_b)) return number_a == number_b;
  return WithoutAddresses(trace::FormatValue(event_a)) ==
         WithoutAddresses(trace::FormatValue(event_b));
}

bool HasValue(const Node& node) {
  return node.value_type != kScopeValueNone && node.value_type != kScopeValuePointer &&
         !SCOPE_HAS_STAMP(node.kind) && !node.redacted;
}

// Those of one node in one thread, in both traces.
struct Lane {
  std::deque<Value> waiting;
  bool of_a = false;  // whose they are
  uint64_t next = 0;  // occurrence that is compared next
  bool done = false;  // it has parted
};

class Comparison {
 public:
  Comparison(trace::TraceReader& a, trace::TraceReader& b, const DiffOptions& options)
      : a_{a, options.among_a, {}, {}, {}, {}, {}, {}}, b_{b, options.among_b, {}, {}, {}, {}, {},
                                                           {}} {}

  absl::StatusOr<Diff> Run() {
    MatchThreads();
    MatchNodes();
    MatchFunctions();
    if (absl::Status status = ReadBoth(); !status.ok()) return status;
    Collect();
    return std::move(diff_);
  }

 private:
  struct Side {
    trace::TraceReader& reader;
    std::vector<bool> among;
    std::vector<uint32_t> pair_of;      // by node: index into pairs_; kNone: left out
    std::vector<uint32_t> function_of;  // by node: index into diff_.functions
    std::vector<uint32_t> thread_of;    // by thread: index into diff_.threads
    std::unordered_map<uint64_t, int64_t> open;
    std::vector<Node> nodes;
    std::map<uint32_t, Durations> durations;
  };
  struct Pair {
    const Node* a = nullptr;
    const Node* b = nullptr;
    uint64_t count_a = 0;
    uint64_t count_b = 0;
    bool unfinished = false;
  };

  void MatchThreads() {
    const auto& of_a = a_.reader.threads();
    const auto& of_b = b_.reader.threads();
    a_.thread_of.assign(of_a.size(), kNone);
    b_.thread_of.assign(of_b.size(), kNone);
    const auto join = [&](size_t i, size_t j) {
      a_.thread_of[i] = b_.thread_of[j] = static_cast<uint32_t>(diff_.threads.size());
      diff_.threads.emplace_back(of_a[i].number, of_b[j].number);
    };
    // The main threads first: their names are the programs'. Then by name, and then by order.
    if (!of_a.empty() && !of_b.empty()) join(0, 0);
    for (const bool by_name : {true, false}) {
      for (size_t i = 0; i < of_a.size(); ++i) {
        for (size_t j = 0; j < of_b.size() && a_.thread_of[i] == kNone; ++j) {
          const bool fits = !by_name || of_a[i].name == of_b[j].name;
          if (b_.thread_of[j] == kNone && fits) join(i, j);
        }
      }
    }
    for (size_t i = 0; i < of_a.size(); ++i) {
      if (a_.thread_of[i] == kNone) diff_.threads_only_a.push_back(of_a[i].number);
    }
    for (size_t j = 0; j < of_b.size(); ++j) {
      if (b_.thread_of[j] == kNone) diff_.threads_only_b.push_back(of_b[j].number);
    }
  }

  void MatchNodes() {
    for (Side* side : {&a_, &b_}) {
      for (const Node& node : side->reader.nodes()) {
        if (side->among.empty() || side->among[node.number]) side->nodes.push_back(node);
      }
    }
    std::unordered_map<uint64_t, uint32_t> pairs_a;
    std::unordered_map<uint64_t, uint32_t> pairs_b;
    using Kind = trace::NodeChange::Kind;
    for (const trace::NodeChange& change : trace::CompareNodes(a_.nodes, b_.nodes)) {
      diff_.moved += change.kind == Kind::kMoved ? 1 : 0;
      diff_.changed += change.kind == Kind::kChanged ? 1 : 0;
      const auto index = static_cast<uint32_t>(pairs_.size());
      pairs_.push_back({change.before, change.after});
      if (change.before != nullptr) pairs_a.try_emplace(change.before->id, index);
      if (change.after != nullptr) pairs_b.try_emplace(change.after->id, index);
    }
    const auto fill = [](Side& side, const std::unordered_map<uint64_t, uint32_t>& pairs) {
      side.pair_of.assign(side.reader.nodes().size(), kNone);
      for (const Node& node : side.nodes) {
        const auto found = pairs.find(node.id);
        if (found != pairs.end()) side.pair_of[node.number] = found->second;
      }
    };
    fill(a_, pairs_a);
    fill(b_, pairs_b);
    lanes_.resize(pairs_.size());
  }

  void MatchFunctions() {
    // Pairs of Enter nodes are pairs of functions.
    std::vector<uint32_t> of_pair(pairs_.size(), kNone);
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const Pair& pair = pairs_[i];
      const Node* any = pair.a != nullptr ? pair.a : pair.b;
      if (any->kind != kScopeEventEnter) continue;
      of_pair[i] = static_cast<uint32_t>(diff_.functions.size());
      FunctionDifference& function = diff_.functions.emplace_back();
      if (pair.a != nullptr) function.a = pair.a->function;
      if (pair.b != nullptr) function.b = pair.b->function;
    }
    for (Side* side : {&a_, &b_}) {
      side->function_of.assign(side->reader.nodes().size(), kNone);
      for (const Node& node : side->nodes) {
        const uint32_t pair = side->pair_of[node.number];
        if (node.kind == kScopeEventEnter && pair != kNone) {
          side->function_of[node.number] = of_pair[pair];
        }
      }
      std::unordered_map<uint64_t, uint32_t> by_function;
      for (const Node& node : side->nodes) {
        if (node.kind == kScopeEventEnter) {
          by_function.try_emplace(node.function_id, side->function_of[node.number]);
        }
      }
      for (const Node& node : side->nodes) {
        const auto found = by_function.find(node.function_id);
        if (node.kind == kScopeEventExit && found != by_function.end()) {
          side->function_of[node.number] = found->second;
        }
      }
    }
  }

  absl::Status ReadBoth() {
    EventBatches of_a(a_.reader);
    EventBatches of_b(b_.reader);
    for (bool more = true; more;) {
      more = false;
      for (const bool is_a : {true, false}) {
        auto batch = (is_a ? of_a : of_b).Next();
        if (!batch.ok()) return batch.status();
        more = more || !batch->empty();
        for (TakenEvent& event : *batch) Take(is_a ? a_ : b_, is_a, event);
      }
    }
    return absl::OkStatus();
  }

  void Take(Side& side, bool is_a, TakenEvent& event) {
    const Node& node = *event.node;
    const uint32_t function = side.function_of[node.number];
    if (function != kNone) return TakeCall(side, is_a, event, function);
    const uint32_t index = side.pair_of[node.number];
    if (index == kNone || SCOPE_HAS_STAMP(node.kind)) return;
    Pair& pair = pairs_[index];
    ++(is_a ? pair.count_a : pair.count_b);
    const bool both = pair.a != nullptr && pair.b != nullptr;
    if (!both || !HasValue(node) || event.thread >= side.thread_of.size()) return;
    const uint32_t thread = side.thread_of[event.thread];
    if (thread == kNone) return;
    if (lanes_[index].size() <= thread) lanes_[index].resize(thread + 1);
    Lane& lane = lanes_[index][thread];
    if (lane.done) return;
    Value value = {event.seq, event.bits, std::move(event.bytes)};
    if (lane.waiting.empty() || lane.of_a == is_a) {
      if (waiting_ >= kWaitingMax) return GiveUp(pair, lane);
      lane.of_a = is_a;
      lane.waiting.push_back(std::move(value));
      ++waiting_;
      return;
    }
    Match(pair, lane, thread, is_a, value);
  }

  void Match(const Pair& pair, Lane& lane, uint32_t thread, bool is_a, const Value& value) {
    const Value other = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    --waiting_;
    ++diff_.compared;
    const Value& of_a = is_a ? value : other;
    const Value& of_b = is_a ? other : value;
    const uint64_t occurrence = lane.next++;
    if (SameValue(of_a, *pair.a, of_b, *pair.b)) return;
    const auto side = [](const Node& node, uint32_t number, const Value& shown) {
      return DiffSide{&node, number, shown.seq, trace::FormatValue(EventOf(shown, node))};
    };
    diff_.values.push_back({occurrence, side(*pair.a, diff_.threads[thread].first, of_a),
                            side(*pair.b, diff_.threads[thread].second, of_b)});
    End(lane);
  }

  void End(Lane& lane) {
    waiting_ -= lane.waiting.size();
    lane.waiting = {};
    lane.done = true;
  }

  void GiveUp(Pair& pair, Lane& lane) {
    End(lane);
    pair.unfinished = true;
  }

  void TakeCall(Side& side, bool is_a, const TakenEvent& event, uint32_t index) {
    FunctionDifference& function = diff_.functions[index];
    if (event.node->kind == kScopeEventEnter) {
      ++(is_a ? function.calls_a : function.calls_b);
      side.open.emplace(event.seq, event.time_ns);
      return;
    }
    const auto entered = side.open.find(event.call);
    if (entered == side.open.end()) return;
    side.durations[index].Add(event.time_ns - entered->second);
    side.open.erase(entered);
  }

  // The nodes of the readers, which outlive this.
  void Keep(const Node*& node, const Side& side) const {
    if (node != nullptr) node = &side.reader.nodes()[node->number];
  }

  void Collect() {
    for (ValueDifference& value : diff_.values) {
      Keep(value.a.node, a_);
      Keep(value.b.node, b_);
    }
    std::sort(diff_.values.begin(), diff_.values.end(),
              [](const auto& x, const auto& y) { return x.a.seq < y.a.seq; });
    // Each node's first.
    std::set<const Node*> seen;
    std::erase_if(diff_.values,
                  [&](const ValueDifference& value) { return !seen.insert(value.a.node).second; });
    bool calls = true;
    for (size_t i = 0; i < diff_.functions.size(); ++i) {
      FunctionDifference& function = diff_.functions[i];
      calls = calls && function.calls_a == function.calls_b;
      const Durations& of_a = a_.durations[static_cast<uint32_t>(i)];
      const Durations& of_b = b_.durations[static_cast<uint32_t>(i)];
      function.total_ns_a = of_a.total();
      function.total_ns_b = of_b.total();
      function.median_ns_a = of_a.Median();
      function.median_ns_b = of_b.Median();
    }
    std::erase_if(diff_.functions, [](const FunctionDifference& function) {
      return function.calls_a == 0 && function.calls_b == 0;
    });
    const auto change = [](const FunctionDifference& function) {
      return std::abs(function.total_ns_a - function.total_ns_b);
    };
    std::sort(diff_.functions.begin(), diff_.functions.end(),
              [&](const auto& x, const auto& y) { return change(x) > change(y); });
    for (Pair& pair : pairs_) {
      diff_.unfinished += pair.unfinished ? 1 : 0;
      if (pair.count_a == pair.count_b && !(pair.count_a > 0 && pair.b == nullptr)) continue;
      CountDifference count = {pair.a, pair.b, pair.count_a, pair.count_b};
      Keep(count.a, a_);
      Keep(count.b, b_);
      (pair.b == nullptr   ? diff_.only_a
       : pair.a == nullptr ? diff_.only_b
                           : diff_.counts)
          .push_back(count);
    }
    const auto missing = [](const Side& side) {
      const trace::Losses losses = trace::LossesOf(side.reader.threads());
      return losses.dropped + losses.torn + side.reader.info().dropped_without_ring;
    };
    diff_.losses_a = missing(a_);
    diff_.losses_b = missing(b_);
    diff_.same = calls && diff_.values.empty() && diff_.counts.empty() && diff_.only_a.empty() &&
                 diff_.only_b.empty() && diff_.threads_only_a.empty() &&
                 diff_.threads_only_b.empty() && diff_.unfinished == 0;
  }

  Side a_;
  Side b_;
  std::vector<Pair> pairs_;
  std::vector<std::vector<Lane>> lanes_;  // by pair and thread
  size_t waiting_ = 0;
  Diff diff_;
};

}  // namespace

absl::StatusOr<Diff> CompareTraces(trace::TraceReader& a, trace::TraceReader& b,
                                   const DiffOptions& options) {
  return Comparison(a, b, options).Run();
}

}  // namespace scope::analysis
