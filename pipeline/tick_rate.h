// tick_rate.h - how long a tick of the time stamp counter is, as far as it is known by now.
//
// Path:    shared.h -> THIS -> snapshots, watch
// Threads: any; an object does not change.

#pragma once

#include <cstdint>

#include "pipeline/shared.h"

namespace scope::pipeline {

class TickRate {
 public:
  int64_t ToNs(uint64_t ticks) const {
    const double elapsed_ticks = static_cast<double>(Ticks() - ticks_);
    const double elapsed_ns = static_cast<double>(MonotonicNs() - ns_);
    return static_cast<int64_t>(static_cast<double>(ticks) * elapsed_ns / elapsed_ticks);
  }

 private:
  uint64_t ticks_ = Ticks();
  int64_t ns_ = MonotonicNs();
};

}  // namespace scope::pipeline
