/* cursor.h - takes room in the thread's ring and writes a record: what the inline code does, in C.
 *
 * Path:    stub, runtime and tests -> THIS -> ring; compiler_plugin/lowering emits the same steps
 * Threads: the ring's own thread and the signal handlers that interrupt it.
 * Fails:   never; without room the caller goes the slow path first.
 */
#ifndef SCOPE_RUNTIME_HOT_CURSOR_H_
#define SCOPE_RUNTIME_HOT_CURSOR_H_

#include <stdint.h>

#include "scope/wire/clock.h"
#include "scope/wire/ring.h"

/* Atomic, because another thread (the reader) looks at the cursor; the order does not matter. */
static inline int ScopeHasRoom(const scope_cursor* cursor, uint64_t bytes) {
  const uint64_t cur = __atomic_load_n(&cursor->cur, __ATOMIC_RELAXED);
  const uint64_t end = __atomic_load_n(&cursor->end, __ATOMIC_RELAXED);
  return (int64_t)(end - cur) >= (int64_t)bytes;
}

/* One instruction, so that a signal handler comes before or after it; no `lock`, so that it is
 * cheap. Returns tag | address of the room. */
static inline uint64_t ScopeTakeRoom(scope_cursor* cursor, uint64_t bytes) {
  __asm__ volatile("xaddq %0, %1" : "+r"(bytes), "+m"(cursor->cur) : : "memory", "cc");
  return bytes;
}

static inline void ScopePutRecord(uint64_t room, uint64_t node_and_flags, uint64_t value) {
  scope_record* const record = (scope_record*)(uintptr_t)(room & SCOPE_CURSOR_ADDRESS);
  __atomic_store_n(&record->value, value, __ATOMIC_RELAXED);
  __atomic_store_n(&record->head, node_and_flags | (room & SCOPE_CURSOR_TAG), __ATOMIC_RELEASE);
}

/* The cursor has come to stamp_at: a stamp, and where to take the next. */
static inline uint64_t ScopeTakeDueStamp(scope_cursor* cursor) {
  const uint64_t cur = __atomic_load_n(&cursor->cur, __ATOMIC_RELAXED);
  if (cursor->clock == kScopeClockOff) {
    __atomic_store_n(&cursor->stamp_at, cur + (UINT64_C(1) << 62), __ATOMIC_RELAXED);
    return 0;
  }
  const uint64_t ticks = ScopeReadClock(cursor->source);
  if (cursor->clock != kScopeClockAdaptive) return ticks; /* The next is due, too. */
  const uint64_t elapsed = ticks - __atomic_load_n(&cursor->stamp_ticks, __ATOMIC_RELAXED);
  uint64_t period = __atomic_load_n(&cursor->stamp_period, __ATOMIC_RELAXED);
  if (elapsed < SCOPE_STAMP_TICKS_CLOSE) {
    period = period < SCOPE_STAMP_PERIOD_MAX ? period * 2 : SCOPE_STAMP_PERIOD_MAX;
  } else if (elapsed > 2 * SCOPE_STAMP_TICKS_CLOSE) {
    period = period > 4 ? period / 4 : 1;
  }
  __atomic_store_n(&cursor->stamp_ticks, ticks, __ATOMIC_RELAXED);
  __atomic_store_n(&cursor->stamp_period, period, __ATOMIC_RELAXED);
  __atomic_store_n(&cursor->stamp_at, cur + (period - 1) * SCOPE_RECORD_BYTES, __ATOMIC_RELAXED);
  return ticks;
}

/* What an Enter or Exit at `room` carries: the time, or 0. */
static inline uint64_t ScopeStamp(scope_cursor* cursor, uint64_t room) {
  if (cursor->clock == kScopeClockExact) return __builtin_ia32_rdtsc();
  const uint64_t at = __atomic_load_n(&cursor->stamp_at, __ATOMIC_RELAXED);
  return (int64_t)(room - at) >= 0 ? ScopeTakeDueStamp(cursor) : 0;
}

#endif /* SCOPE_RUNTIME_HOT_CURSOR_H_ */
