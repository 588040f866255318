// writer_lock.h - one writer at a time; a signal handler that interrupts the writer is not another.
//
// Path:    ring_buffer.cc -> THIS -> futex
// Threads: any, and signal handlers.

#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/cold/futex.h"

namespace scope {

class WriterLock {
 public:
  // False: the calling thread has it already, and its handler need not wait.
  bool Acquire() {
    const uint32_t self = ThreadId();
    uint32_t seen = 0;
    if (Exchange(seen, self)) return true;
    if ((seen & ~kAwaited) == self) return false;
    while (true) {
      seen = __atomic_load_n(&word_, __ATOMIC_RELAXED);
      if (seen == 0) {
        if (Exchange(seen, self | kAwaited)) return true;
      } else if ((seen & kAwaited) != 0 || Exchange(seen, seen | kAwaited)) {
        runtime::FutexWait(word_, seen | kAwaited, 1'000'000'000);
      }
    }
  }

  void Release() {
    if ((__atomic_exchange_n(&word_, 0u, __ATOMIC_RELEASE) & kAwaited) != 0) {
      runtime::FutexWake(word_);
    }
  }

 private:
  static constexpr uint32_t kAwaited = 1u << 31;

  bool Exchange(uint32_t& seen, uint32_t wanted) {
    return __atomic_compare_exchange_n(&word_, &seen, wanted, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
  }

  static uint32_t ThreadId() {
    // In the thread's own block, so that a handler's first look allocates nothing.
    static thread_local uint32_t id __attribute__((tls_model("initial-exec"))) = 0;
    if (id == 0) id = static_cast<uint32_t>(syscall(SYS_gettid));
    return id;
  }

  uint32_t word_ = 0;  // thread | kAwaited; 0: free
};

}  // namespace scope
