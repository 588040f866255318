#include "runtime/hot/reserve.h"

#include "runtime/cold/fork.h"
#include "runtime/cold/modules.h"
#include "runtime/cold/process.h"
#include "runtime/cold/signals.h"
#include "runtime/cold/threads.h"
#include "runtime/hot/shared.h"

namespace scope::runtime {
namespace {

alignas(16) char g_nowhere[SCOPE_WIDE_BYTES_MAX];

uint64_t ReserveNowhere(uint64_t bytes) {
  if (scope_process* process = Load(g_process.shared); process != nullptr) {
    Add(process->dropped_without_ring, bytes / SCOPE_RECORD_BYTES);
  }
  return reinterpret_cast<uintptr_t>(g_nowhere);
}

}  // namespace

uint64_t ReserveRoom(scope_module* module, uint64_t bytes) {
  const SignalsBlocked blocked;
  LookForFork();
  if (t_thread.generation != Load(g_process.generation)) FollowSession();
  if (!t_thread.attached && !AttachThread()) {
    if (IsOver(*g_process.session)) SwitchEverythingOff();
    return ReserveNowhere(bytes);
  }
  BindCursor(module);
  const uint64_t room = t_thread.writer.Reserve(bytes);
  if (IsOver(*g_process.session)) {
    SwitchEverythingOff();
    t_thread.writer.LeaveNoRoom();
  }
  return room;
}

}  // namespace scope::runtime
