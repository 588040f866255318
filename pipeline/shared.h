// shared.h - loads and stores of memory that a stranger's process may change at any time.
//
// Path:    session folder -> THIS -> drain, session
// Threads: any.

#pragma once

#include <cstdint>
#include <limits>

namespace scope::pipeline {

template <typename T>
T Load(const T& field) {
  return __atomic_load_n(&field, __ATOMIC_ACQUIRE);
}

template <typename T>
T LoadRelaxed(const T& field) {
  return __atomic_load_n(&field, __ATOMIC_RELAXED);
}

// Visible to a writer that has announced its sleep, or the writer sees it before it sleeps.
template <typename T>
void Publish(T& field, T value) {
  __atomic_store_n(&field, value, __ATOMIC_SEQ_CST);
}

// Of the session that this process records; the counter until SetClockSource() says otherwise.
void SetClockSource(uint32_t source);
uint64_t Ticks();

void FutexWake(const uint32_t& word, int waiters = std::numeric_limits<int>::max());

// Sleeps while `word` is `seen`, at most `timeout_ns`.
void FutexWait(const uint32_t& word, uint32_t seen, int64_t timeout_ns);

int64_t MonotonicNs();

}  // namespace scope::pipeline
