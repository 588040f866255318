// clock.h - turns readings of the session's clock source into nanoseconds since the recording
// began.
//
// Path:   Clock blocks -> THIS -> Event.time_ns

#pragma once

#include <cstdint>

namespace scope::trace {

class Clock {
 public:
  // A pair of readings taken at the same moment. The first and the last pair give the rate.
  void Add(uint64_t ticks, uint64_t monotonic_ns);
  // As long as no second pair says better.
  void SetNsPerTick(double ns_per_tick) { ns_per_tick_ = ns_per_tick; }
  void SetOrigin(uint64_t ticks) { origin_ = ticks; }

  int64_t ToNs(uint64_t ticks) const {
    return static_cast<int64_t>(static_cast<double>(static_cast<int64_t>(ticks - origin_)) *
                                ns_per_tick_);
  }

 private:
  bool has_first_ = false;
  uint64_t first_ticks_ = 0;
  uint64_t first_ns_ = 0;
  uint64_t origin_ = 0;
  double ns_per_tick_ = 0.5;  // a guess, for a trace that ends before its second pair
};

inline void Clock::Add(uint64_t ticks, uint64_t monotonic_ns) {
  if (!has_first_) {
    has_first_ = true;
    first_ticks_ = ticks;
    first_ns_ = monotonic_ns;
    if (origin_ == 0) origin_ = ticks;
    return;
  }
  if (ticks <= first_ticks_ || monotonic_ns <= first_ns_) return;
  ns_per_tick_ =
      static_cast<double>(monotonic_ns - first_ns_) / static_cast<double>(ticks - first_ticks_);
}

}  // namespace scope::trace
