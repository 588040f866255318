#include "runtime/cold/fork.h"

#include <pthread.h>
#include <sys/mman.h>

#include "runtime/cold/process.h"
#include "runtime/cold/signals.h"
#include "runtime/cold/threads.h"

namespace scope::runtime {
namespace {

uint64_t g_mask_before_fork;  // The lock guards it.

// 1, in memory that is zero in every child of its own: one that was made without the library has
// run no handler. nullptr: the kernel cannot do that.
uint32_t* g_handled;

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
void BecomeChild() {
  UnbindModules();
  ForgetThread();
  if (g_process.shared != nullptr) g_process.parent = g_process.table;
  g_process.shared = nullptr;
  if (g_handled != nullptr) *g_handled = 1;
}

void InChild() {
  BecomeChild();
  Leave();
}

void PrepareMark() {
  constexpr size_t kPage = 4096;
  void* const page =
      mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return;
  if (madvise(page, kPage, MADV_WIPEONFORK) != 0) {
    munmap(page, kPage);
    return;
  }
  g_handled = static_cast<uint32_t*>(page);
  *g_handled = 1;
}

}  // namespace

bool PrepareFork() {
  PrepareMark();
  return pthread_atfork(BeforeFork, Leave, InChild) == 0;
}

void LookForFork() {
  if (g_handled == nullptr || *g_handled != 0) return;
  g_process.lock = Lock();  // Who held it is not in this process.
  BecomeChild();
}

}  // namespace scope::runtime
