// event_types.h - the events whose fields the runtime declares itself, and the stack of an error.
//
// Path:    declare.cc, values.cc -> THIS
// Threads: any; PrepareStack before the first CaptureStack, not in a signal handler.

#pragma once

#include <stdint.h>

#include "scope/report_api.h"

namespace scope::runtime {

// Null: a value of that kind has no fields.
const scope_event_type* EventTypeOfKind(uint8_t kind);

// Loads what walks the stack, which allocates the first time.
void PrepareStack();

// Return addresses of the calling thread, innermost first, behind the runtime's own.
void CaptureStack(uint64_t* frames, uint32_t count);

}  // namespace scope::runtime
