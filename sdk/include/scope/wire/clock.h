/* scope/wire/clock.h - what a session's time stamps are read from.
 *
 * Path:    session's clock_source -> THIS -> stamps of records, chunks, processes, the collector
 * Threads: any, and signal handlers.
 * Fails:   never.
 * Stable:  ABI between a runtime and a collector of the same layout version.
 *
 * All that take part in a recording read the same clock; the trace holds pairs of its readings and
 * CLOCK_MONOTONIC_RAW's, and readers turn one into the other.
 */
#ifndef SCOPE_WIRE_CLOCK_H_
#define SCOPE_WIRE_CLOCK_H_

#include <stdint.h>

enum scope_clock_source {
  kScopeClockSourceCounter = 0,  /* the processor's time stamp counter */
  kScopeClockSourceMonotonic = 1 /* CLOCK_MONOTONIC_RAW in ns: where the counter is not invariant */
};

/* The kernel is asked directly: the library's clock_gettime may be the program's own, and full of
 * events. */
static inline uint64_t ScopeMonotonicRawNs(void) {
  int64_t now[2] = {0, 0};
  int64_t result = 228; /* SYS_clock_gettime, of CLOCK_MONOTONIC_RAW = 4 */
  __asm__ volatile("syscall"
                   : "+a"(result), "=m"(now)
                   : "D"(INT64_C(4)), "S"(now)
                   : "rcx", "r11", "memory");
  return (uint64_t)now[0] * UINT64_C(1000000000) + (uint64_t)now[1];
}

static inline uint64_t ScopeReadClock(uint64_t source) {
  return source == kScopeClockSourceMonotonic ? ScopeMonotonicRawNs() : __builtin_ia32_rdtsc();
}

#endif /* SCOPE_WIRE_CLOCK_H_ */
