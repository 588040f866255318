// thread_context.h - what a thread that reports by hand is doing: its calls, and guards.
//
// Path:    calls.cc, api.cc -> THIS
// Threads: each function acts on the calling thread; signal handlers may nest in any of them, when
//          they take back what they push.
// Fails:   a stack that cannot be had or is full takes nothing more.

#pragma once

#include <stdint.h>

#include "runtime/cold/process.h"
#include "runtime/hot/shared.h"
#include "scope/report_api.h"

namespace scope::runtime {

struct OpenCall {
  const scope_node* node;  // of the Enter; null: pushed by hand, or an adopted context
  scope_correlation correlation;
};

inline constexpr uint32_t kOpenCallsMax = 4096;

struct ThreadContext {
  OpenCall* stack = nullptr;  // kOpenCallsMax of them
  uint32_t depth = 0;
  uint32_t disabled = 0;    // guards
  uint32_t generation = 0;  // of the session that the calls are of
};

[[gnu::tls_model("initial-exec")]] extern thread_local constinit ThreadContext t_context;

// Once a process. False: no thread-specific key is left.
bool PrepareContexts();

// Calls of a session before are not open in this one; guards hold on.
inline void FollowContext() {
  const uint32_t generation = Load(g_process.generation);
  if (t_context.generation == generation) return;
  t_context.generation = generation;
  t_context.depth = 0;
}

// Makes the stack, at a thread's first call.
bool HaveStack();

bool PushCall(const scope_node* node, scope_correlation correlation);

// {nullptr, 0}: there is none.
OpenCall PopCall();

// The innermost call or context; 0: none.
scope_correlation CurrentCall();

}  // namespace scope::runtime
