// meter_rows.h - where a thread counts the events of nodes that have a rule.
//
// Path:    hot/admit.h -> THIS -> "meter-N" in the session's folder (scope/wire/meters.h)
// Threads: each function acts on the calling thread.
// Fails:   a thread that gets no row stores every event.
//
// A row outlives its thread and goes to the next one, so that of many short threads, too, every
// n-th event is stored.

#pragma once

#include <stdint.h>

#include "scope/wire/meters.h"
#include "scope/wire/session.h"

namespace scope::runtime {

// A call that has not ended, of a function that has a rule.
struct CallChoice {
  uint64_t frame;  // about the stack pointer of its code
  uint32_t slot;   // of the function's Enter
  uint32_t is_stored;
};

struct ThreadMeter {
  scope_meter_row* row = nullptr;
  const scope_process* owner = nullptr;  // The process's file then: a fork's child has another.
  uint32_t slot_count = 0;               // of the row; 0: there is none
  bool refused = false;
  CallChoice* calls = nullptr;  // the innermost last
  uint32_t depth = 0;
  uint32_t depth_max = 0;
};

[[gnu::tls_model("initial-exec")]] extern thread_local constinit ThreadMeter t_meter;

// The session's rules; nullptr: no thread of the process had a row yet.
const scope_meters* Meters();

// Lets all processes see that an allowance is used. Of a slot below Meters()->slot_count.
uint64_t& DueOf(uint32_t slot);

// Gives the calling thread a row of this process that has a cell for `slot`.
bool HaveRow(uint32_t slot);

// Makes room for one call more. `frame`: calls that lie below it have ended. False: there are too
// many.
bool HaveRoomForCall(uint64_t frame);

// The thread ends; its row goes to the next one. With the process's lock held.
void EndMeter();

}  // namespace scope::runtime
