// held_locks.h - the mutexes that a thread holds, and since when.
//
// Path:    locks.cc -> THIS
// Threads: the calling thread's own.
// Fails:   more than kHeldMax at a time: the later ones are not followed.

#pragma once

#include <stdint.h>

namespace scope::ingestors {

struct HeldLock {
  const void* mutex;
  uint64_t since_ns;
  uint64_t wait_ns;
};

class HeldLocks {
 public:
  void Add(const HeldLock& lock) {
    if (count_ < kHeldMax) locks_[count_++] = lock;
  }
  // False: it is not known.
  bool Take(const void* mutex, HeldLock* lock) {
    for (uint32_t i = count_; i > 0; --i) {
      if (locks_[i - 1].mutex != mutex) continue;
      *lock = locks_[i - 1];
      locks_[i - 1] = locks_[--count_];
      return true;
    }
    return false;
  }

 private:
  static constexpr uint32_t kHeldMax = 16;
  HeldLock locks_[kHeldMax] = {};
  uint32_t count_ = 0;
};

}  // namespace scope::ingestors
