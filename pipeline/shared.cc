#include "pipeline/shared.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

#include "scope/wire/clock.h"

namespace scope::pipeline {
namespace {

std::atomic<uint32_t> g_clock_source{kScopeClockSourceCounter};

}  // namespace

void SetClockSource(uint32_t source) { g_clock_source.store(source, std::memory_order_relaxed); }

uint64_t Ticks() { return ScopeReadClock(g_clock_source.load(std::memory_order_relaxed)); }

void FutexWake(const uint32_t& word, int waiters) {
  syscall(SYS_futex, &word, FUTEX_WAKE, waiters, nullptr, nullptr, 0);
}

void FutexWait(const uint32_t& word, uint32_t seen, int64_t timeout_ns) {
  const timespec timeout = {.tv_sec = timeout_ns / 1'000'000'000,
                            .tv_nsec = timeout_ns % 1'000'000'000};
  syscall(SYS_futex, &word, FUTEX_WAIT, seen, &timeout, nullptr, 0);
}

int64_t MonotonicNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace scope::pipeline
