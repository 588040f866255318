// session.h - a process's view of its session: whether to record, and waiting for the reader.
//
// Path:    ring_writer.h -> THIS -> "control" in the session's folder
// Threads: any. The calls are system calls and memory, nothing else: fit for a signal handler.
// Fails:   never; a collector that is gone means that nothing is recorded.

#pragma once

#include <stdint.h>

#include "scope/wire/ring.h"
#include "scope/wire/session.h"

namespace scope::runtime {

struct Session {
  scope_session* shared = nullptr;
  bool collector_visible = false;  // Its pid means something here: same pid namespace.
  uint32_t collector_gone = 0;     // (atomic) Found while waiting; stays.
  uint64_t ring_refused_at = 0;    // (atomic) rings_released + 1 when no ring could be had.
};

Session MakeSession(scope_session* shared);

// Whether events are wanted: the session is open and the collector was there when last looked.
bool IsRecording(const Session& session);

// Whether no event will be wanted any more.
bool IsOver(const Session& session);

// Looks for the collector's process.
bool IsCollectorGone(Session& session);

// Wakes the collector.
void RingDoorbell(Session& session);

// Sleeps until chunk `next_chunk` of the ring may be opened, recording stops, or the session's
// block_timeout_ms is over. Adds the time to the ring's blocked_ns.
void WaitForReader(Session& session, scope_ring_header& ring, uint64_t next_chunk);

// Whether one more ring may be made. Where threads wait for the collector, this one does, once for
// as long as the collector does not move.
bool AwaitRingRoom(Session& session);

}  // namespace scope::runtime
