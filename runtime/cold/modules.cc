#include "runtime/cold/modules.h"

#include <sys/mman.h>

#include "runtime/cold/binary_identity.h"
#include "runtime/cold/finish.h"
#include "runtime/cold/process.h"
#include "runtime/cold/shared_file.h"
#include "runtime/cold/switches.h"
#include "runtime/cold/threads.h"
#include "runtime/hot/reserve.h"
#include "scope/module.h"

namespace scope::runtime {
namespace {

constexpr uint64_t kLookAgainNs = 50'000'000;

// Adds the binary to the process's file and list. Returns its entry; nullptr: there is no room.
scope_module_entry* AddModule(scope_module* module, const scope_module_entry& identity) {
  Locked locked(g_process.lock);
  if (!StartProcess()) return nullptr;
  scope_process& process = *g_process.shared;
  const uint32_t number = process.module_count;
  if (number >= SCOPE_MODULES_MAX) return nullptr;
  scope_module_entry& entry = process.modules[number];
  entry = identity;
  entry.nodes_address = reinterpret_cast<uintptr_t>(module->nodes_begin);
  entry.nodes_bytes = static_cast<uint64_t>(module->nodes_end - module->nodes_begin);
  Store(entry.state, uint32_t{kScopeModuleLoaded});
  Store(process.module_count, number + 1);
  // Whoever does not see the session select is seen by the collector before it does.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  module->number = number;
  module->reserve = ReserveRoom;
  module->next = g_process.modules;
  g_process.modules = module;
  return &entry;
}

void AwaitAnswer(scope_module_entry& entry) {
  Session& session = g_process.session;
  const uint64_t timeout_ns = uint64_t{session.shared->select_timeout_ms} * 1'000'000;
  const uint64_t started_ns = MonotonicNs();
  while (Load(entry.state) == kScopeModuleLoaded) {
    const uint64_t waited_ns = MonotonicNs() - started_ns;
    if (waited_ns >= timeout_ns || !IsRecording(session) || IsCollectorGone(session)) return;
    const uint64_t left_ns = timeout_ns - waited_ns;
    FutexWait(entry.state, kScopeModuleLoaded, left_ns < kLookAgainNs ? left_ns : kLookAgainNs);
  }
}

void TakeAnswer(const scope_module& module, const scope_module_entry& entry) {
  const SessionPath path(g_process.folder, "switches-", g_process.shared->number, module.number);
  void* const image = OpenSharedFile(path, entry.nodes_bytes);
  if (image == nullptr) return;
  CopySwitches(module.nodes_begin, module.nodes_end, static_cast<const char*>(image));
  munmap(image, entry.nodes_bytes);
}

bool Exchange(uint32_t& state, uint32_t from, uint32_t to) {
  return __atomic_compare_exchange_n(&state, &from, to, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

// The collector may answer although nobody asked it, or too late to be waited for: what it wrote
// then counts, because it will change switches from there on.
void SetFirstSwitches(const scope_module& module, scope_module_entry& entry) {
  if (g_process.session.shared->selects == 0) {
    SetSwitches(module.nodes_begin, module.nodes_end, SCOPE_SWITCH_ON);
  } else {
    AwaitAnswer(entry);
  }
  if (Exchange(entry.state, kScopeModuleLoaded, kScopeModuleReady)) return;
  TakeAnswer(module, entry);
  Exchange(entry.state, kScopeModuleAnswered, kScopeModuleReady);
}

int Register(scope_module* module) {
  if (module->struct_size < sizeof(scope_module)) return -1;
  if (module->nodes_begin == nullptr || module->nodes_end <= module->nodes_begin) return -1;
  scope_module_entry identity = {};
  IdentifyBinary(module->nodes_begin, identity);
  if (CurrentProcess() == nullptr && g_process.start_tried) return -1;
  scope_module_entry* const entry = AddModule(module, identity);
  if (entry == nullptr) return -1;
  RingDoorbell(g_process.session);
  if (IsOver(g_process.session)) return 0;
  SetFirstSwitches(*module, *entry);
  return 0;
}

// The collector writes into the section's memory, which is about to go. One that is stopped at this
// very moment is not waited for longer than this.
void AwaitChange(scope_process& process) {
  constexpr int kRounds = 100;
  constexpr uint64_t kRoundNs = 1'000'000;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  for (int i = 0; i < kRounds && Load(process.changing) != 0; ++i) {
    FutexWait(process.changing, 1, kRoundNs);
  }
}

void Unregister(scope_module* module) {
  Locked locked(g_process.lock);
  scope_module** link = &g_process.modules;
  while (*link != nullptr && *link != module) link = &(*link)->next;
  if (*link == nullptr) return;
  *link = module->next;
  if (g_process.shared != nullptr) {
    Store(g_process.shared->modules[module->number].state, uint32_t{kScopeModuleUnloaded});
    AwaitChange(*g_process.shared);
  }
}

}  // namespace

void SwitchEverythingOff() {
  if (!g_process.lock.TryAcquire()) return;
  for (scope_module* module = g_process.modules; module != nullptr; module = module->next) {
    SetSwitches(module->nodes_begin, module->nodes_end, SCOPE_SWITCH_OFF);
  }
  g_process.lock.Release();
}

}  // namespace scope::runtime

#define SCOPE_EXPORTED __attribute__((visibility("default")))

extern "C" SCOPE_EXPORTED int scope_register_module_v1(scope_module* module) {
  return scope::runtime::Register(module);
}

extern "C" SCOPE_EXPORTED void scope_unregister_module_v1(scope_module* module) {
  scope::runtime::Unregister(module);
  scope::runtime::FinishIfLast();
}
