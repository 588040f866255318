#include "pipeline/session_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "pipeline/child.h"
#include "pipeline/mapped_file.h"
#include "pipeline/shared.h"
#include "pipeline/stale_sessions.h"
#include "scope/wire/session.h"

namespace scope::pipeline {
namespace {

constexpr uint32_t kProcessesMax = 4096;

void AddProcesses(uint32_t count, ListedSession& session) {
  for (uint32_t number = 0; number < std::min(count, kProcessesMax); ++number) {
    const auto file = MappedFile::Open(absl::StrCat(session.folder, "/process-", number),
                                       sizeof(scope_process), 2 * sizeof(scope_process));
    if (!file.ok()) continue;  // it has ended, and is accounted for
    const auto& process = (*file)->As<scope_process>();
    if (process.magic != SCOPE_PROCESS_MAGIC || process.layout != SCOPE_SESSION_LAYOUT) continue;
    const uint32_t pid = process.pid;
    session.processes.push_back(
        {.pid = pid,
         .executable = std::string(process.executable, strnlen(process.executable, 1024)),
         .is_alive = !PidHasEnded(pid)});
  }
}

}  // namespace

bool ListedSession::HasPid(uint32_t pid) const {
  return pid == collector_pid ||
         std::any_of(processes.begin(), processes.end(),
                     [&](const auto& process) { return process.pid == pid; });
}

bool ListedSession::HasLiveProcess() const {
  return std::any_of(processes.begin(), processes.end(),
                     [](const auto& process) { return process.is_alive; });
}

std::vector<ListedSession> ListSessions() {
  std::vector<ListedSession> sessions;
  for (const std::string& folder : SessionFolders()) {
    const std::string path = absl::StrCat(folder, "/control");
    const auto file = MappedFile::Open(path, sizeof(scope_session), 2 * sizeof(scope_session));
    if (!file.ok()) continue;
    const auto& shared = (*file)->As<scope_session>();
    if (Load(shared.magic) != SCOPE_SESSION_MAGIC) continue;
    ListedSession& session = sessions.emplace_back();
    session.is_of_other_version = shared.layout != SCOPE_SESSION_LAYOUT;
    session.folder = folder;
    session.has_collector = IsHeld(folder);
    session.collector_pid = shared.collector_pid;
    session.directory.assign(shared.trace, strnlen(shared.trace, sizeof(shared.trace)));
    AddProcesses(Load(shared.process_count), session);
    if (const uint32_t pid = shared.attached_pid; pid != 0 && !session.HasPid(pid)) {
      session.processes.push_back({.pid = pid, .executable = "?", .is_alive = !PidHasEnded(pid)});
    }
  }
  return sessions;
}

}  // namespace scope::pipeline
