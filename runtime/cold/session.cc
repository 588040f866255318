#include "runtime/cold/session.h"

#include <errno.h>
#include <signal.h>

#include "runtime/cold/futex.h"
#include "runtime/hot/shared.h"

namespace scope::runtime {
namespace {

// How long a writer sleeps before it looks for the collector again.
constexpr uint64_t kLookAgainNs = 50'000'000;

bool PidIsMissing(uint32_t pid) {
  return pid != 0 && kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
}

bool HasRingRoom(const scope_session& shared) {
  // The collector may be first to count a ring that has just ended.
  const auto waiting = static_cast<int32_t>(Load(shared.rings_ended) - Load(shared.rings_released));
  return shared.rings_ended_max == 0 || waiting < static_cast<int32_t>(shared.rings_ended_max);
}

}  // namespace

Session MakeSession(scope_session* shared) {
  return {.shared = shared,
          .collector_visible = shared->collector_pid != 0 && !PidIsMissing(shared->collector_pid),
          .collector_gone = 0,
          .ring_refused_at = 0};
}

bool IsRecording(const Session& session) {
  return Load(session.shared->state) == kScopeSessionOpen && Load(session.collector_gone) == 0;
}

bool IsOver(const Session& session) {
  return Load(session.shared->state) == kScopeSessionClosed || Load(session.collector_gone) != 0;
}

bool IsCollectorGone(Session& session) {
  if (session.collector_visible && PidIsMissing(session.shared->collector_pid)) {
    Store(session.collector_gone, 1u);
  }
  return Load(session.collector_gone) != 0;
}

void RingDoorbell(Session& session) {
  Add(session.shared->doorbell, 1u);
  FutexWake(session.shared->doorbell);
}

void WaitForReader(Session& session, scope_ring_header& ring, uint64_t next_chunk) {
  const uint64_t started_ns = MonotonicNs();
  const uint64_t timeout_ns = uint64_t{session.shared->block_timeout_ms} * 1'000'000;
  uint64_t waited_ns = 0;
  while (waited_ns < timeout_ns && IsRecording(session) && !IsCollectorGone(session)) {
    const uint32_t seen = Load(ring.release_futex);
    __atomic_store_n(&ring.waiting, 1u, __ATOMIC_SEQ_CST);
    if (next_chunk < __atomic_load_n(&ring.chunks_released, __ATOMIC_SEQ_CST) + ring.chunk_count) {
      break;
    }
    RingDoorbell(session);
    const uint64_t left_ns = timeout_ns - waited_ns;
    FutexWait(ring.release_futex, seen, left_ns < kLookAgainNs ? left_ns : kLookAgainNs);
    waited_ns = MonotonicNs() - started_ns;
  }
  Store(ring.waiting, 0u);
  Store(ring.blocked_ns, Load(ring.blocked_ns) + (MonotonicNs() - started_ns));
}

bool AwaitRingRoom(Session& session) {
  scope_session& shared = *session.shared;
  if (HasRingRoom(shared)) return true;
  if (Load(session.ring_refused_at) == Load(shared.rings_released) + uint64_t{1}) return false;
  const uint64_t started_ns = MonotonicNs();
  const uint64_t timeout_ns =
      shared.on_full == kScopeOnFullBlock ? uint64_t{shared.block_timeout_ms} * 1'000'000 : 0;
  for (;;) {
    const uint32_t seen = Load(shared.rings_released);
    if (HasRingRoom(shared)) return true;
    const uint64_t waited_ns = MonotonicNs() - started_ns;
    if (IsCollectorGone(session) || !IsRecording(session) || waited_ns >= timeout_ns) {
      Store(session.ring_refused_at, seen + uint64_t{1});
      return false;
    }
    RingDoorbell(session);
    const uint64_t left_ns = timeout_ns - waited_ns;
    FutexWait(shared.rings_released, seen, left_ns < kLookAgainNs ? left_ns : kLookAgainNs);
  }
}

}  // namespace scope::runtime
