// signals.h - keeps signal handlers of the calling thread out of a stretch of code.
//
// Path:    slow path, registration, thread end, fork -> THIS -> kernel
// Threads: any, and signal handlers.

#pragma once

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace scope::runtime {

// The system call itself: the library's function leaves its own two signals unblocked.
inline uint64_t BlockSignals() {
  const uint64_t all = ~uint64_t{0};
  uint64_t before = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof(all));
  return before;
}

inline void RestoreSignals(uint64_t mask) {
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, sizeof(mask));
}

// Keeps errno, too.
class SignalsBlocked {
 public:
  SignalsBlocked() : errno_(errno), mask_(BlockSignals()) {}
  ~SignalsBlocked() {
    RestoreSignals(mask_);
    errno = errno_;
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  int errno_;
  uint64_t mask_;
};

}  // namespace scope::runtime
