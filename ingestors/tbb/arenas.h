// arenas.h - threads that enter and leave arenas, as calls.
//
// Path:    tbb.cc -> THIS (tbb::task_scheduler_observer) -> scope/report.h
// Threads: any.
// Fails:   never.

#pragma once

#include <tbb/task_arena.h>

namespace scope::ingestors {

// The arena is there, and no thread is in it.
void ObserveArena(tbb::task_arena& arena);

// A thread that works in an arena of its own has made none: it is observed from here on.
void ObserveOwnArena();

}  // namespace scope::ingestors
