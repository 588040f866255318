// Mutexes: how long a thread waited and how long it held; condition variables: how long it slept.
//
//   --ingest locks          every lock
//   --ingest locks:10000    those with at least 10,000 ns of waiting and holding

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "ingestors/locks/held_locks.h"
#include "ingestors/real_function.h"
#include "scope/ingestor.h"

namespace {

using scope::ingestors::HeldLock;
using scope::ingestors::HeldLocks;
using scope::ingestors::RealFunction;

// pthread_cond_wait is there twice; the first is for programs of another time.
constexpr char kCondVersion[] = "GLIBC_2.3.2";

using MutexFn = int (*)(pthread_mutex_t*);
using TimedMutexFn = int (*)(pthread_mutex_t*, const timespec*);
using WaitFn = int (*)(pthread_cond_t*, pthread_mutex_t*);
using TimedWaitFn = int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*);

MutexFn g_lock, g_try_lock, g_unlock;
TimedMutexFn g_timed_lock;
WaitFn g_wait;
TimedWaitFn g_timed_wait;
bool g_started = false;
uint64_t g_ns_min = 0;

struct MutexUse {
  uint64_t mutex;
  uint64_t wait_ns;
  uint64_t hold_ns;
  uint64_t caller;
};
const scope_field kMutexFields[] = {
    SCOPE_FIELD(MutexUse, mutex, Pointer, nullptr), SCOPE_FIELD(MutexUse, wait_ns, U64, "ns"),
    SCOPE_FIELD(MutexUse, hold_ns, U64, "ns"), SCOPE_FIELD(MutexUse, caller, Pointer, nullptr)};
const scope_event_type kMutex = {"mutex", kMutexFields, 4, sizeof(MutexUse)};

struct ConditionUse {
  uint64_t condition;
  uint64_t mutex;
  uint64_t wait_ns;
  uint64_t caller;
};
const scope_field kConditionFields[] = {SCOPE_FIELD(ConditionUse, condition, Pointer, nullptr),
                                        SCOPE_FIELD(ConditionUse, mutex, Pointer, nullptr),
                                        SCOPE_FIELD(ConditionUse, wait_ns, U64, "ns"),
                                        SCOPE_FIELD(ConditionUse, caller, Pointer, nullptr)};
const scope_event_type kCondition = {"condition", kConditionFields, 4, sizeof(ConditionUse)};

thread_local HeldLocks t_held __attribute__((tls_model("initial-exec")));

uint64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

void Report(const HeldLock& lock, uint64_t hold_ns, const void* caller) {
  if (lock.wait_ns + hold_ns < g_ns_min) return;
  const MutexUse use = {reinterpret_cast<uintptr_t>(lock.mutex), lock.wait_ns, hold_ns,
                        reinterpret_cast<uintptr_t>(caller)};
  SCOPE_EVENT(kMutex, &use);
}

// What the thread held until now.
void End(const void* mutex, const void* caller) {
  HeldLock lock;
  if (t_held.Take(mutex, &lock)) Report(lock, NowNs() - lock.since_ns, caller);
}

template <typename Lock>
int Locked(pthread_mutex_t* mutex, const Lock& lock) {
  if (!g_started) return lock();
  const uint64_t started_ns = NowNs();
  const int error = lock();
  const uint64_t now_ns = NowNs();
  if (error == 0) t_held.Add({mutex, now_ns, now_ns - started_ns});
  return error;
}

template <typename Wait>
int Waited(pthread_cond_t* condition, pthread_mutex_t* mutex, const void* caller,
           const Wait& wait) {
  if (!g_started) return wait();
  End(mutex, caller);
  const uint64_t started_ns = NowNs();
  const int error = wait();
  const uint64_t now_ns = NowNs();
  t_held.Add({mutex, now_ns, 0});
  if (now_ns - started_ns >= g_ns_min) {
    const ConditionUse use = {reinterpret_cast<uintptr_t>(condition),
                              reinterpret_cast<uintptr_t>(mutex), now_ns - started_ns,
                              reinterpret_cast<uintptr_t>(caller)};
    SCOPE_EVENT(kCondition, &use);
  }
  return error;
}

int Start(const char* options, char* /*error*/) {
  g_ns_min = strtoull(options, nullptr, 10);
  g_started = true;
  return 0;
}

const scope_ingestor kIngestor = {sizeof(scope_ingestor), SCOPE_PLUGIN_VERSION, "locks",
                                  "waiting for and holding of mutexes; locks:MIN_NS", Start};

}  // namespace

SCOPE_INGESTOR(kIngestor)

extern "C" {

SCOPE_PLUGIN_EXPORT int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  const MutexFn lock = RealFunction(g_lock, "pthread_mutex_lock");
  return Locked(mutex, [&] { return lock(mutex); });
}

SCOPE_PLUGIN_EXPORT int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  const MutexFn lock = RealFunction(g_try_lock, "pthread_mutex_trylock");
  return Locked(mutex, [&] { return lock(mutex); });
}

SCOPE_PLUGIN_EXPORT int pthread_mutex_timedlock(pthread_mutex_t* mutex,
                                                const timespec* time) noexcept {
  const TimedMutexFn lock = RealFunction(g_timed_lock, "pthread_mutex_timedlock");
  return Locked(mutex, [&] { return lock(mutex, time); });
}

SCOPE_PLUGIN_EXPORT int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  if (!g_started) return RealFunction(g_unlock, "pthread_mutex_unlock")(mutex);
  HeldLock lock;
  const bool is_known = t_held.Take(mutex, &lock);
  const uint64_t hold_ns = is_known ? NowNs() - lock.since_ns : 0;
  const int error = RealFunction(g_unlock, "pthread_mutex_unlock")(mutex);
  // After the unlock: others do not wait for our record.
  if (is_known) Report(lock, hold_ns, __builtin_return_address(0));
  return error;
}

SCOPE_PLUGIN_EXPORT int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  const WaitFn wait = RealFunction(g_wait, "pthread_cond_wait", kCondVersion);
  return Waited(condition, mutex, __builtin_return_address(0),
                [&] { return wait(condition, mutex); });
}

SCOPE_PLUGIN_EXPORT int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                               const timespec* time) {
  const TimedWaitFn wait = RealFunction(g_timed_wait, "pthread_cond_timedwait", kCondVersion);
  return Waited(condition, mutex, __builtin_return_address(0),
                [&] { return wait(condition, mutex, time); });
}

}  // extern "C"
