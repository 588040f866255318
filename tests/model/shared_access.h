// shared_access.h - the compiler's atomic operations, with a step of the explorer before each.
//
// Path:    included by force before any other line of the code under test -> THIS -> explorer.h
//
// What the code under test includes comes first, so that the macros touch nothing but its own text.

#pragma once

#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "tests/model/explorer.h"

namespace scope::model {

template <typename T>
T AtomicLoad(const T* place) {
  if (!TheExplorer().IsShared(place)) return *place;
  TheExplorer().Step(/*is_store=*/false);
  return static_cast<T>(TheExplorer().Read(place, sizeof(T)));
}

template <typename T>
void AtomicStore(T* place, std::type_identity_t<T> value, int order) {
  if (!TheExplorer().IsShared(place)) {
    *place = value;
    return;
  }
  TheExplorer().Step(/*is_store=*/order != __ATOMIC_SEQ_CST);
  TheExplorer().Write(place, value, sizeof(T));
  if (order == __ATOMIC_SEQ_CST) TheExplorer().Drain();
}

template <typename T>
T AtomicAdd(T* place, std::type_identity_t<T> amount) {
  if (!TheExplorer().IsShared(place)) return std::exchange(*place, *place + amount);
  TheExplorer().Step(/*is_store=*/false);
  TheExplorer().Drain();
  return std::exchange(*place, *place + amount);
}

// xadd without `lock`: one step for handlers, and no order for other processors.
uint64_t TakeRoom(uint64_t* cursor, uint64_t bytes);

// What kill(2) says about the collector.
inline int Kill() {
  if (!TheExplorer().reader_is_gone()) return 0;
  errno = ESRCH;
  return -1;
}

}  // namespace scope::model

#define __atomic_load_n(place, order) ::scope::model::AtomicLoad(place)
#define __atomic_store_n(place, value, order) ::scope::model::AtomicStore(place, value, order)
#define __atomic_fetch_add(place, value, order) ::scope::model::AtomicAdd(place, value)
#define __atomic_thread_fence(order)                           \
  static_cast<void>(0) /* x86 needs no instruction for acquire \
                        */
#define kill(pid, signal) ::scope::model::Kill()
