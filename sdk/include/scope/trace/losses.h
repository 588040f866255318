// scope/trace/losses.h - what threads lost, added up thread by thread.
//
// Path:    totals of threads -> THIS -> summaries
// Threads: a value.
// Fails:   never.

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "scope/trace/reader.h"

namespace scope::trace {

struct Losses {
  uint64_t emitted = 0;
  uint64_t dropped = 0;
  uint64_t torn = 0;
  uint64_t dropped_max = 0;  // by one thread
  uint32_t threads = 0;      // that lost something; two of them are known:
  std::array<uint32_t, 2> named{};

  void Add(const Thread& thread) {
    emitted += thread.emitted;
    dropped += thread.dropped;
    torn += thread.torn;
    dropped_max = std::max(dropped_max, thread.dropped);
    if (thread.dropped + thread.torn == 0) return;
    if (threads < named.size()) named[threads] = thread.number;
    ++threads;
  }
};

inline Losses LossesOf(const std::vector<Thread>& threads) {
  Losses losses;
  for (const Thread& thread : threads) losses.Add(thread);
  return losses;
}

}  // namespace scope::trace
