// reserve.h - room for an event that found none at its cursor.
//
// Path:    stub's __scope_reserve -> THIS -> ring_writer.h
// Threads: any, and signal handlers.
// Fails:   never; without a ring the room is memory that nobody reads, and the event is counted.

#pragma once

#include "scope/module.h"

namespace scope::runtime {

// Returns tag | address of `bytes` (at most SCOPE_WIDE_BYTES_MAX) for the calling thread, whose
// cursor `module` then knows.
uint64_t ReserveRoom(scope_module* module, uint64_t bytes);

}  // namespace scope::runtime
