#include "runtime/api/thread_context.h"

#include <pthread.h>
#include <sys/mman.h>

#include "runtime/cold/signals.h"

namespace scope::runtime {

thread_local constinit ThreadContext t_context;

namespace {

constexpr size_t kStackBytes = kOpenCallsMax * sizeof(OpenCall);

pthread_key_t g_context_end;

// What other destructors of the thread report later makes a new stack, and the key is asked again.
void OnThreadEnd(void* stack) {
  t_context.stack = nullptr;
  t_context.depth = 0;
  munmap(stack, kStackBytes);
}

}  // namespace

bool PrepareContexts() { return pthread_key_create(&g_context_end, OnThreadEnd) == 0; }

bool HaveStack() {
  if (t_context.stack != nullptr) [[likely]]
    return true;
  const SignalsBlocked blocked;
  if (t_context.stack != nullptr) return true;
  // Pages that no call reaches are never there.
  void* const memory = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  t_context.stack = static_cast<OpenCall*>(memory);
  pthread_setspecific(g_context_end, memory);
  return true;
}

bool PushCall(const scope_node* node, scope_correlation correlation) {
  FollowContext();
  if (!HaveStack() || t_context.depth >= kOpenCallsMax) return false;
  // The place is taken before it is filled: a handler in between uses the next one.
  const uint32_t at = t_context.depth;
  __atomic_store_n(&t_context.depth, at + 1, __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  t_context.stack[at] = {node, correlation};
  return true;
}

OpenCall PopCall() {
  FollowContext();
  if (t_context.depth == 0) return {nullptr, 0};
  const OpenCall call = t_context.stack[t_context.depth - 1];
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  __atomic_store_n(&t_context.depth, t_context.depth - 1, __ATOMIC_RELAXED);
  return call;
}

scope_correlation CurrentCall() {
  FollowContext();
  return t_context.depth == 0 ? 0 : t_context.stack[t_context.depth - 1].correlation;
}

}  // namespace scope::runtime
