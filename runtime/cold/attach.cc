#include "runtime/cold/attach.h"

#include <string.h>

#include "runtime/api/declared_blocks.h"
#include "runtime/cold/modules.h"
#include "runtime/cold/process.h"
#include "runtime/cold/switches.h"

namespace scope::runtime {
namespace {

bool IsRegistered(const scope_module* module) {
  Locked locked(g_process.lock);
  const scope_module* known = g_process.modules;
  while (known != nullptr && known != module) known = known->next;
  return known != nullptr;
}

}  // namespace

bool EnterSession(const char* folder) {
  scope_module* modules = nullptr;
  {
    Locked locked(g_process.lock);
    if (g_process.shared != nullptr && strcmp(g_process.folder, folder) == 0) {
      return !IsOver(*g_process.session);
    }
    if (!ChangeSession(folder)) return false;
    TakeBlocksAlong(*g_process.shared);
    modules = g_process.modules;
    g_process.modules = nullptr;
  }
  AwaitBlocks();
  // Their numbers are of the session before.
  while (modules != nullptr) {
    scope_module* const module = modules;
    modules = module->next;
    if (RegisterModule(module) == 0) continue;
    SetSwitches(module->nodes_begin, module->nodes_end, SCOPE_SWITCH_OFF);
  }
  return true;
}

}  // namespace scope::runtime

extern "C" __attribute__((visibility("default"))) int scope_attach_module_v1(scope_module* module,
                                                                             const char* folder) {
  using scope::runtime::EnterSession;
  using scope::runtime::IsRegistered;
  if (EnterSession(folder) &&
      (IsRegistered(module) || scope::runtime::RegisterModule(module) == 0)) {
    return 0;
  }
  scope::runtime::SetSwitches(module->nodes_begin, module->nodes_end, SCOPE_SWITCH_OFF);
  return -1;
}
