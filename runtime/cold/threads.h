// threads.h - a thread's ring: made at its first event, ended with the thread.
//
// Path:    hot/reserve.cc -> THIS -> "ring-N" in the session's folder
// Threads: each function acts on the calling thread.
// Fails:   a thread that gets no ring is counted in its process's file.

#pragma once

#include "runtime/hot/ring_writer.h"
#include "scope/module.h"

namespace scope::runtime {

struct Thread {
  RingWriter writer;
  bool attached = false;  // Has a ring.
  bool refused = false;   // Could not get one; not tried again.
  bool held_up = false;   // Must wait for the collector before it can get one.
  bool ended = false;     // Its ring is closed; later events are dropped.
  uint8_t end_rounds = 0;
  uint32_t generation = 0;  // Of the session that it takes part in.
  void* retired = nullptr;  // The ring of the session before, as zeros.
  uint64_t retired_bytes = 0;
};

// Initial-exec: found without a call that might allocate inside a signal handler.
[[gnu::tls_model("initial-exec")]] extern thread_local constinit Thread t_thread;

// The thread's cursor, for all binaries (scope/module.h).
[[gnu::tls_model("initial-exec")]] extern thread_local constinit scope_cursor* t_cursor;

// Once a process. False: no thread-specific key is left.
bool PrepareThreads();

// Gives the calling thread its ring, with signals blocked. False: it gets none.
bool AttachThread();

// Has EndThread() called when the calling thread ends, though it may never get a ring.
void WantThreadEnd();

// Closes the calling thread's ring; later events are dropped and counted.
void EndThread();

// There is another session since the thread was last here: it gets another ring. With signals
// blocked.
void FollowSession();

// In the child of a fork: the rings belong to the parent.
void ForgetThread();

// `module` finds the calling thread's ring without help from here on.
void BindCursor(scope_module* module);

// Makes every binary ask for the calling thread's cursor again. With the process's lock held.
void UnbindModules();

}  // namespace scope::runtime
