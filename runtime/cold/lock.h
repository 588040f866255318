// lock.h - the one lock of a process's runtime.
//
// Path:    modules, process, fork -> THIS
// Threads: any. Held with signals blocked, so that a handler never waits for its own thread.

#pragma once

#include "runtime/cold/futex.h"
#include "runtime/cold/signals.h"
#include "runtime/hot/shared.h"

namespace scope::runtime {

class Lock {
 public:
  bool TryAcquire() {
    uint32_t free = 0;
    return __atomic_compare_exchange_n(&taken_, &free, 1u, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
  }
  // The timeout makes a separate count of sleepers unnecessary; the lock is held for microseconds.
  void Acquire() {
    while (!TryAcquire()) FutexWait(taken_, 1, 1'000'000);
  }
  void Release() {
    Store(taken_, 0u);
    FutexWake(taken_);
  }

 private:
  uint32_t taken_ = 0;
};

class Locked {
 public:
  explicit Locked(Lock& lock) : lock_(lock) { lock_.Acquire(); }
  ~Locked() { lock_.Release(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  SignalsBlocked blocked_;
  Lock& lock_;
};

}  // namespace scope::runtime
