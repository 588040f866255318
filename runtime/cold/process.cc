#include "runtime/cold/process.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runtime/cold/binary_identity.h"
#include "runtime/cold/fork.h"
#include "runtime/cold/session_folder.h"
#include "runtime/cold/shared_file.h"
#include "runtime/cold/threads.h"
#include "scope/wire/clock.h"

namespace scope::runtime {

constinit Process g_process;

namespace {

constexpr int kNumbersTried = 64;

scope_process* CreateProcessFile() {
  scope_session& session = *g_process.session.shared;
  for (int i = 0; i < kNumbersTried; ++i) {
    const uint32_t number = Add(session.process_count, 1u);
    void* memory =
        CreateSharedFile(SessionPath(g_process.folder, "process-", number), sizeof(scope_process));
    if (memory == nullptr && errno == EEXIST) continue;
    auto* process = static_cast<scope_process*>(memory);
    if (process != nullptr) process->number = number;
    return process;
  }
  return nullptr;
}

// A fork's child has the binaries, and their switches, of its parent.
bool CopyModules(const ModuleTable& parent, ModuleTable& child) {
  const uint32_t count = Load(parent.process->module_count);
  for (uint32_t i = 0; i < count; ++i) {
    if (!child.MakeRoom(i)) return false;
    child.At(i) = parent.At(i);
    child.At(i).state = kScopeModuleRetired;
  }
  for (scope_module* module = g_process.modules; module != nullptr; module = module->next) {
    child.At(module->number).state = kScopeModuleReady;
  }
  child.process->module_count = count;
  child.process->declared_parent = parent.process->number + 1;
  return true;
}

scope_process* MakeProcess() {
  scope_process* process = CreateProcessFile();
  if (process == nullptr) return nullptr;
  process->magic = SCOPE_PROCESS_MAGIC;
  process->layout = SCOPE_SESSION_LAYOUT;
  process->pid = static_cast<uint32_t>(getpid());
  process->parent_pid = static_cast<uint32_t>(getppid());
  process->started_ticks = ScopeReadClock(g_process.session.shared->clock_source);
  process->started_monotonic_ns = MonotonicNs();
  ReadExecutablePath(process->executable, sizeof(process->executable));
  ModuleTable table = {.process = process};
  if (g_process.parent.process != nullptr && !CopyModules(g_process.parent, table)) return nullptr;
  g_process.table = table;
  // The collector changes switches while the program runs. Where only a parent may write into a
  // process, it is let in by name.
  const Session& session = g_process.session;
  if (session.collector_visible) prctl(PR_SET_PTRACER, session.shared->collector_pid, 0, 0, 0);
  Store(process->state, uint32_t{kScopeProcessLive});
  RingDoorbell(g_process.session);
  return process;
}

bool OpenSession(const char* folder) {
  if (folder == nullptr || strlen(folder) >= sizeof(g_process.folder)) return false;
  strcpy(g_process.folder, folder);
  auto* session = static_cast<scope_session*>(
      OpenSharedFile(SessionPath(folder, "control"), sizeof(scope_session)));
  if (session == nullptr || session->magic != SCOPE_SESSION_MAGIC ||
      session->layout != SCOPE_SESSION_LAYOUT) {
    return false;
  }
  KeepFolder(folder);
  g_process.session = MakeSession(session);
  return !IsOver(g_process.session);
}

}  // namespace

bool StartProcess() {
  if (!g_process.start_tried) {
    g_process.start_tried = true;
    if (OpenSession(secure_getenv(SCOPE_ENV_SESSION)) && PrepareThreads() && PrepareFork()) {
      g_process.shared = MakeProcess();
    }
  }
  return g_process.shared != nullptr;
}

scope_process* CurrentProcess() {
  if (scope_process* process = Load(g_process.shared); process != nullptr) return process;
  Locked locked(g_process.lock);
  if (g_process.shared == nullptr && g_process.parent.process != nullptr) {
    Store(g_process.shared, MakeProcess());
  }
  return g_process.shared;
}

void MarkProcessExited() {
  scope_process* process = Load(g_process.shared);
  if (process == nullptr) return;
  Store(process->state, uint32_t{kScopeProcessExited});
  RingDoorbell(g_process.session);
}

}  // namespace scope::runtime
