// shared.h - loads and stores of fields that another process or thread looks at.
//
// Path:    runtime -> THIS -> shared memory
// Threads: any.

#pragma once

#include <stdint.h>

namespace scope::runtime {

template <typename T>
T Load(const T& field) {
  return __atomic_load_n(&field, __ATOMIC_ACQUIRE);
}

// Nothing that was stored before becomes visible after this.
template <typename T>
void Store(T& field, T value) {
  __atomic_store_n(&field, value, __ATOMIC_RELEASE);
}

template <typename T>
T Add(T& field, T amount) {
  return __atomic_fetch_add(&field, amount, __ATOMIC_ACQ_REL);
}

}  // namespace scope::runtime
