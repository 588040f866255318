#include "runtime/cold/process.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "runtime/cold/binary_identity.h"
#include "runtime/cold/fork.h"
#include "runtime/cold/session_folder.h"
#include "runtime/cold/shared_file.h"
#include "runtime/cold/threads.h"
#include "scope/wire/clock.h"

namespace scope::runtime {

constinit Session g_sessions[kSessionPlaces];
constinit char g_folders[kSessionPlaces][900];
constinit Process g_process;

namespace {

constexpr int kNumbersTried = 64;

scope_process* CreateProcessFile() {
  scope_session& session = *g_process.session->shared;
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
  process->started_ticks = ScopeReadClock(g_process.session->shared->clock_source);
  process->started_monotonic_ns = MonotonicNs();
  ReadExecutablePath(process->executable, sizeof(process->executable));
  ModuleTable table = {.process = process};
  if (g_process.parent.process != nullptr && !CopyModules(g_process.parent, table)) return nullptr;
  g_process.table = table;
  // The collector changes switches while the program runs. Where only a parent may write into a
  // process, it is let in by name.
  const Session& session = *g_process.session;
  if (session.collector_visible) prctl(PR_SET_PTRACER, session.shared->collector_pid, 0, 0, 0);
  Store(process->state, uint32_t{kScopeProcessLive});
  RingDoorbell(*g_process.session);
  return process;
}

// In the place of `generation`, which becomes the process's if the session can be used.
bool OpenSession(const char* folder, uint32_t generation) {
  const uint32_t place = generation % kSessionPlaces;
  if (folder == nullptr || strlen(folder) >= sizeof(g_folders[0])) return false;
  auto* session = static_cast<scope_session*>(
      OpenSharedFile(SessionPath(folder, "control"), sizeof(scope_session)));
  if (session == nullptr || session->magic != SCOPE_SESSION_MAGIC ||
      session->layout != SCOPE_SESSION_LAYOUT) {
    return false;
  }
  if (Session& last = g_sessions[place]; last.shared != nullptr) {
    munmap(last.shared, sizeof(scope_session));
  }
  g_sessions[place] = MakeSession(session);
  if (IsOver(g_sessions[place]) || IsCollectorGone(g_sessions[place])) return false;
  KeepFolder(folder);
  strcpy(g_folders[place], folder);
  g_process.session = &g_sessions[place];
  g_process.folder = g_folders[place];
  return true;
}

// Once a process, whatever becomes of the session.
bool Prepare() {
  static bool is_prepared = false;
  if (!is_prepared) is_prepared = PrepareThreads() && PrepareFork();
  return is_prepared;
}

}  // namespace

bool StartProcess() {
  if (!g_process.start_tried) {
    g_process.start_tried = true;
    if (OpenSession(secure_getenv(SCOPE_ENV_SESSION), 0) && Prepare()) {
      g_process.shared = MakeProcess();
    }
  }
  return g_process.shared != nullptr;
}

bool ChangeSession(const char* folder) {
  const bool is_first = g_process.session->shared == nullptr;
  if (!is_first && !IsOver(*g_process.session) && !IsCollectorGone(*g_process.session)) {
    return false;
  }
  const uint32_t generation = is_first ? 0 : g_process.generation + 1;
  g_process.start_tried = true;
  if (!Prepare() || !OpenSession(folder, generation)) return false;
  // Its memory is given back, but others may be about to look at it.
  if (scope_process* const old = g_process.shared; old != nullptr)
    ReplaceByZeros(old, sizeof(*old));
  g_process.parent = ModuleTable();
  g_process.shared = nullptr;
  Store(g_process.generation, generation);
  Store(g_process.shared, MakeProcess());
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
  RingDoorbell(*g_process.session);
}

}  // namespace scope::runtime
