// futex.h - sleeping and waking as the explorer sees it.
//
// Path:    runtime/cold/session.cc -> THIS, in the place of runtime/cold/futex.h -> explorer.h

#pragma once

#include "tests/model/explorer.h"

namespace scope::runtime {

inline uint64_t MonotonicNs() { return model::TheExplorer().now_ns(); }

inline void FutexWait(uint32_t& word, uint32_t seen, uint64_t) {
  if (__atomic_load_n(&word, __ATOMIC_SEQ_CST) == seen) model::TheExplorer().Sleep();
}

// The collector's doorbell: the reader looks all the time.
inline void FutexWake(uint32_t&) {}

}  // namespace scope::runtime
