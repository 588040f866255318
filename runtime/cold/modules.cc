#include "runtime/cold/modules.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/cold/binary_identity.h"
#include "runtime/cold/finish.h"
#include "runtime/cold/process.h"
#include "runtime/cold/shared_file.h"
#include "runtime/cold/switches.h"
#include "runtime/cold/threads.h"
#include "runtime/hot/admit.h"
#include "runtime/hot/reserve.h"
#include "scope/module.h"

namespace scope::runtime {
namespace {

constexpr uint64_t kLookAgainNs = 50'000'000;

bool IsSame(const scope_module_entry& a, const scope_module_entry& b) {
  return a.nodes_address == b.nodes_address && a.nodes_bytes == b.nodes_bytes &&
         a.build_id_bytes != 0 && a.build_id_bytes == b.build_id_bytes &&
         memcmp(a.build_id, b.build_id, sizeof(a.build_id)) == 0 && strcmp(a.path, b.path) == 0;
}

bool Overlap(const scope_module_entry& a, const scope_module_entry& b) {
  return a.nodes_address < b.nodes_address + b.nodes_bytes &&
         b.nodes_address < a.nodes_address + a.nodes_bytes;
}

struct Place {
  uint32_t number = SCOPE_MODULES_MAX;        // SCOPE_MODULES_MAX: there is none
  scope_module_entry* must_retire = nullptr;  // There may be one once this is retired.
};

// A binary that comes back to where it was means the same by its addresses, so it has its entry
// again. Any other must not lie where one lay whose events are still under way.
Place FindPlace(const ModuleTable& table, const scope_module_entry& wanted) {
  const uint32_t count = table.process->module_count;
  Place place = {.number = count};
  scope_module_entry* unloaded = nullptr;
  scope_module_entry* in_the_way = nullptr;
  for (uint32_t i = 0; i < count; ++i) {
    scope_module_entry& entry = table.At(i);
    const uint32_t state = Load(entry.state);
    if (state != kScopeModuleUnloaded && state != kScopeModuleRetired) continue;
    if (IsSame(entry, wanted)) {
      place.number = i;
      continue;
    }
    if (state == kScopeModuleRetired) {
      if (place.number == count) place.number = i;
    } else {
      unloaded = &entry;
      if (Overlap(entry, wanted)) in_the_way = &entry;
    }
  }
  if (place.number == SCOPE_MODULES_MAX) in_the_way = unloaded;
  if (in_the_way != nullptr) return {.must_retire = in_the_way};
  return place;
}

// Adds the binary to the process's file and list. Returns its entry; nullptr: there is no room, or
// not before `must_retire` is retired.
scope_module_entry* AddModule(scope_module* module, const scope_module_entry& identity,
                              scope_module_entry*& must_retire) {
  Locked locked(g_process.lock);
  must_retire = nullptr;
  if (!StartProcess()) return nullptr;
  scope_process& process = *g_process.shared;
  const Place place = FindPlace(g_process.table, identity);
  if (place.number == SCOPE_MODULES_MAX) {
    must_retire = place.must_retire;
    return nullptr;
  }
  const uint32_t number = place.number;
  if (!g_process.table.MakeRoom(number)) return nullptr;
  scope_module_entry& entry = g_process.table.At(number);
  if (number == process.module_count || entry.state == kScopeModuleRetired) {
    const uint32_t state = entry.state;
    entry = identity;
    entry.state = state;  // The collector looks at the rest when this changes.
  }
  Store(entry.state, uint32_t{kScopeModuleLoaded});
  if (number == process.module_count) Store(process.module_count, number + 1);
  // Whoever does not see the session select is seen by the collector before it does.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  module->number = number;
  module->reserve = ReserveRoom;
  constexpr size_t kWithAdmit = offsetof(scope_module, admit) + sizeof(module->admit);
  if (module->struct_size >= kWithAdmit) module->admit = Admit;
  module->next = g_process.modules;
  g_process.modules = module;
  return &entry;
}

// Waits for the collector to move the entry on from `state`. False: it did not in time.
bool AwaitCollector(scope_module_entry& entry, uint32_t state) {
  Session& session = *g_process.session;
  const uint64_t timeout_ns = uint64_t{session.shared->select_timeout_ms} * 1'000'000;
  const uint64_t started_ns = MonotonicNs();
  while (Load(entry.state) == state) {
    const uint64_t waited_ns = MonotonicNs() - started_ns;
    if (waited_ns >= timeout_ns || !IsRecording(session) || IsCollectorGone(session)) return false;
    const uint64_t left_ns = timeout_ns - waited_ns;
    FutexWait(entry.state, state, left_ns < kLookAgainNs ? left_ns : kLookAgainNs);
  }
  return true;
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
  if (g_process.session->shared->selects == 0) {
    SetSwitches(module.nodes_begin, module.nodes_end, SCOPE_SWITCH_ON);
  } else {
    AwaitCollector(entry, kScopeModuleLoaded);
  }
  if (Exchange(entry.state, kScopeModuleLoaded, kScopeModuleReady)) return;
  TakeAnswer(module, entry);
  Exchange(entry.state, kScopeModuleAnswered, kScopeModuleReady);
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
    Store(g_process.table.At(module->number).state, uint32_t{kScopeModuleUnloaded});
    AwaitChange(*g_process.shared);
  }
}

}  // namespace

int RegisterModule(scope_module* module) {
  if (module->struct_size < offsetof(scope_module, admit)) return -1;
  if (module->nodes_begin == nullptr || module->nodes_end <= module->nodes_begin) return -1;
  scope_module_entry identity = {};
  IdentifyBinary(module->nodes_begin, identity);
  identity.nodes_address = reinterpret_cast<uintptr_t>(module->nodes_begin);
  identity.nodes_bytes = static_cast<uint64_t>(module->nodes_end - module->nodes_begin);
  if (CurrentProcess() == nullptr && g_process.start_tried) return -1;
  scope_module_entry* must_retire = nullptr;
  scope_module_entry* entry = AddModule(module, identity, must_retire);
  while (entry == nullptr && must_retire != nullptr) {
    RingDoorbell(*g_process.session);
    if (!AwaitCollector(*must_retire, kScopeModuleUnloaded)) break;
    entry = AddModule(module, identity, must_retire);
  }
  if (entry == nullptr) {
    if (scope_process* process = Load(g_process.shared); process != nullptr) {
      Add(process->modules_refused, 1u);
    }
    return -1;
  }
  RingDoorbell(*g_process.session);
  if (IsOver(*g_process.session)) return 0;
  SetFirstSwitches(*module, *entry);
  return 0;
}

void SwitchEverythingOff() {
  if (!g_process.lock.TryAcquire()) return;
  // There may be another session by now.
  const bool is_over = IsOver(*g_process.session);
  for (scope_module* module = g_process.modules; is_over && module != nullptr;
       module = module->next) {
    SetSwitches(module->nodes_begin, module->nodes_end, SCOPE_SWITCH_OFF);
  }
  g_process.lock.Release();
}

}  // namespace scope::runtime

#define SCOPE_EXPORTED __attribute__((visibility("default")))

extern "C" SCOPE_EXPORTED int scope_register_module_v1(scope_module* module) {
  return scope::runtime::RegisterModule(module);
}

extern "C" SCOPE_EXPORTED void scope_unregister_module_v1(scope_module* module) {
  scope::runtime::Unregister(module);
  scope::runtime::FinishIfLast();
}
