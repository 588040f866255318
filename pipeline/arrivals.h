// arrivals.h - files "ring-N", "process-N": a counter announces them, they come a little later.
//
// Path:    session's counters -> THIS -> processes, drain
// Threads: one.
// Fails:   a counter that runs away costs bounded memory: later numbers wait for earlier ones.

#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace scope::pipeline {

class Arrivals {
 public:
  // Calls `settle` for each number below `count` that is not settled yet; true settles it. Those
  // that are long in coming are not tried every time, unless `all` are asked for.
  template <typename Settle>
  void Visit(uint32_t count, int64_t now_ns, bool all, Settle settle);

  bool AreSettledBelow(uint32_t count) const {
    return next_ >= count && std::none_of(waiting_.begin(), waiting_.end(),
                                          [&](const Number& one) { return one.number < count; });
  }
  bool empty() const { return waiting_.empty(); }

 private:
  static constexpr size_t kWaitingMax = 4096;
  static constexpr int64_t kYoungNs = 100'000'000;
  static constexpr int64_t kLookAgainNs = 50'000'000;

  struct Number {
    uint32_t number;
    int64_t since_ns;
    int64_t next_look_ns;
  };

  uint32_t next_ = 0;
  std::vector<Number> waiting_;
};

template <typename Settle>
void Arrivals::Visit(uint32_t count, int64_t now_ns, bool all, Settle settle) {
  for (; next_ < count && waiting_.size() < kWaitingMax; ++next_) {
    waiting_.push_back({.number = next_, .since_ns = now_ns, .next_look_ns = now_ns});
  }
  std::erase_if(waiting_, [&](Number& number) {
    if (number.next_look_ns > now_ns && !all) return false;
    if (settle(number.number)) return true;
    if (now_ns - number.since_ns > kYoungNs) number.next_look_ns = now_ns + kLookAgainNs;
    return false;
  });
}

}  // namespace scope::pipeline
