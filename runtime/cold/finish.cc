#include "runtime/cold/finish.h"

#include "runtime/cold/process.h"
#include "runtime/cold/threads.h"

namespace scope::runtime {

void FinishIfLast() {
  {
    Locked locked(g_process.lock);
    if (!g_process.finishing || g_process.modules != nullptr || g_process.reporters > 0) return;
  }
  EndThread();
  MarkProcessExited();
}

namespace {

__attribute__((destructor)) void OnUnload() {
  {
    Locked locked(g_process.lock);
    g_process.finishing = true;
  }
  FinishIfLast();
}

}  // namespace

}  // namespace scope::runtime
