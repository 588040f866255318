#include "runtime/cold/fork.h"

#include <pthread.h>

#include "runtime/cold/process.h"
#include "runtime/cold/signals.h"
#include "runtime/cold/threads.h"

namespace scope::runtime {
namespace {

uint64_t g_mask_before_fork;  // The lock guards it.

void BeforeFork() {
  const uint64_t mask = BlockSignals();
  g_process.lock.Acquire();
  g_mask_before_fork = mask;
}

void Leave() {
  const uint64_t mask = g_mask_before_fork;
  g_process.lock.Release();
  RestoreSignals(mask);
}

// The child's file is made at its first event: most children only call exec.
void InChild() {
  UnbindModules();
  ForgetThread();
  if (g_process.shared != nullptr) g_process.parent = g_process.shared;
  g_process.shared = nullptr;
  Leave();
}

}  // namespace

bool PrepareFork() { return pthread_atfork(BeforeFork, Leave, InChild) == 0; }

}  // namespace scope::runtime
