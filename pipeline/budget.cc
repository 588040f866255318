#include "pipeline/budget.h"

#include <algorithm>
#include <utility>

namespace scope::pipeline {
namespace {

// An event in a ring that does not stay in the cache, and reading the time stamp counter.
constexpr double kEventNs = 2;
constexpr double kStampNs = 8;
// Culling aims below the budget, so that it need not cull again for every small change.
constexpr double kAim = 0.8;
// What the culled nodes still had on their way, and the waiting for it, is not held against others.
constexpr int kSettlingVerdicts = 2;

bool IsCall(uint8_t kind) { return kind == kScopeEventEnter || kind == kScopeEventExit; }

// An entry and its exit are switched together.
uint64_t UnitOf(const Modules::NodeOrigin& node) {
  return IsCall(node.kind) ? node.function_id : node.id;
}

}  // namespace

void Budget::Count(const EncodedBatch& batch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const Column& column : batch.columns) counts_[column.node] += column.count;
  for (const Run& run : batch.runs) threads_.insert(run.thread);
  for (const BlockedTime& blocked : batch.blocked) {
    uint64_t& known_ns = blocked_ns_[blocked.thread];
    if (blocked.blocked_ns > known_ns) waited_ns_ += blocked.blocked_ns - known_ns;
    known_ns = blocked.blocked_ns;
  }
  for (const EndedThread& ended : batch.ended) blocked_ns_.erase(ended.thread);
}

double Budget::CostNs(uint8_t kind) const {
  return IsCall(kind) && clock_ == kScopeClockExact ? kEventNs + kStampNs : kEventNs;
}

Budget::Verdict Budget::Decide(int64_t now_ns, const Modules::Origins& nodes) {
  absl::flat_hash_map<uint32_t, uint64_t> counts;
  double thread_count = 0;
  double waited_ns = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    counts.swap(counts_);
    thread_count = static_cast<double>(threads_.size());
    threads_.clear();
    waited_ns = static_cast<double>(std::exchange(waited_ns_, 0));
  }
  const double time_ns = static_cast<double>(now_ns - std::exchange(since_ns_, now_ns));
  Verdict verdict;
  if (thread_count == 0 || time_ns <= 0) return verdict;
  absl::flat_hash_map<uint64_t, double> cost_of_unit;
  double cost_ns = 0;
  uint64_t events = 0;
  for (const auto& [number, count] : counts) {
    // Of a node that is off already, events may still be on their way.
    if (number >= nodes.size() || culled_.contains(UnitOf(nodes[number]))) continue;
    const double node_ns = static_cast<double>(count) * CostNs(nodes[number].kind);
    cost_of_unit[UnitOf(nodes[number])] += node_ns;
    cost_ns += node_ns;
    events += count;
  }
  if (settling_ > 0) {
    --settling_;
    return verdict;
  }
  if (events == 0) return verdict;
  const double all_ns = time_ns * thread_count;
  verdict.share = (cost_ns + waited_ns) / all_ns;
  if (verdict.share <= share_) return verdict;
  std::vector<std::pair<double, uint64_t>> units;
  for (const auto& [unit, unit_ns] : cost_of_unit) units.emplace_back(unit_ns, unit);
  std::sort(units.rbegin(), units.rend());
  settling_ = kSettlingVerdicts;
  double left = verdict.share;
  for (const auto& [unit_ns, unit] : units) {
    if (left <= share_ * kAim) break;
    left -= verdict.share * unit_ns / cost_ns;  // waiting is shared out by cost
    culled_.insert(unit);
    for (uint32_t number = 0; number < nodes.size(); ++number) {
      if (UnitOf(nodes[number]) != unit) continue;
      verdict.nodes.push_back(number);
      verdict.ids.push_back(nodes[number].id);
    }
  }
  return verdict;
}

}  // namespace scope::pipeline
