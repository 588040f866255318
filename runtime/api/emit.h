// emit.h - writes a record of a node that was declared, as inline hooks do for compiled ones.
//
// Path:    calls.cc, values.cc -> THIS -> the thread's ring
// Threads: any, and signal handlers.
// Fails:   never; without room the record is counted as dropped.

#pragma once

#include <stdint.h>

#include "runtime/cold/threads.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/shared.h"
#include "scope/event.h"
#include "scope/node.h"

namespace scope::runtime {

// Room for an event that found none at the cursor.
uint64_t ReserveForApi(uint64_t bytes);

inline uint64_t TakeRoom(uint64_t bytes) {
  if (t_thread.attached) [[likely]] {
    scope_cursor* const cursor = t_thread.writer.cursor();
    if (ScopeHasRoom(cursor, bytes)) [[likely]]
      return ScopeTakeRoom(cursor, bytes);
  }
  return ReserveForApi(bytes);
}

inline void Emit(const scope_node* node, uint64_t value) {
  ScopePutRecord(TakeRoom(SCOPE_RECORD_BYTES), reinterpret_cast<uintptr_t>(node), value);
}

// Returns the room, which tells the record's number.
inline uint64_t EmitStamped(const scope_node* node, uint64_t flags) {
  const uint64_t room = TakeRoom(SCOPE_RECORD_BYTES);
  const uint64_t ticks = t_thread.attached ? ScopeStamp(t_thread.writer.cursor(), room) : 0;
  ScopePutRecord(room, reinterpret_cast<uintptr_t>(node) | flags, ticks);
  return room;
}

}  // namespace scope::runtime
