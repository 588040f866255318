#include "tools/running_session.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace scope::tools {

absl::StatusOr<pipeline::ListedSession> FindRunningSession(const std::optional<std::string>& pid) {
  uint32_t number = 0;
  if (pid.has_value() && !absl::SimpleAtoi(*pid, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("'", *pid, "' is no process id"));
  }
  std::vector<pipeline::ListedSession> fitting;
  std::string pids;
  for (pipeline::ListedSession& session : pipeline::ListSessions()) {
    if (!session.has_collector) continue;
    for (const pipeline::ListedProcess& process : session.processes) {
      if (process.is_alive) absl::StrAppend(&pids, pids.empty() ? "" : ", ", process.pid);
    }
    if (!pid.has_value() || session.HasPid(number)) fitting.push_back(std::move(session));
  }
  if (fitting.size() == 1) return std::move(fitting.front());
  if (!fitting.empty()) {
    return absl::NotFoundError(absl::StrCat("several programs are recorded, give a PID: ", pids));
  }
  if (pids.empty())
    return absl::NotFoundError("no program is being recorded: start one with 'scope run'");
  return absl::NotFoundError(
      absl::StrCat("process ", pid.value_or(""), " is not being recorded; these are: ", pids));
}

}  // namespace scope::tools
