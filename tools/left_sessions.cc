#include "tools/left_sessions.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pipeline/mapped_file.h"
#include "tools/say.h"
#include "viewers/terminal/printable.h"

namespace scope::tools {

std::vector<pipeline::ListedSession> LeftSessions() {
  std::vector<pipeline::ListedSession> left;
  for (pipeline::ListedSession& session : pipeline::ListSessions()) {
    if (!session.has_collector) left.push_back(std::move(session));
  }
  return left;
}

std::string Describe(const pipeline::ListedSession& session) {
  if (session.is_of_other_version) {
    return absl::StrCat(session.folder, " (made by another version of scope)");
  }
  if (session.processes.empty()) return absl::StrCat("collector ", session.collector_pid);
  const pipeline::ListedProcess& first = session.processes.front();
  const std::string name = first.executable.substr(first.executable.rfind('/') + 1);
  return absl::StrCat(viewers::Printable(name), " (process ", first.pid,
                      session.processes.size() > 1 ? " and others)" : ")");
}

absl::StatusOr<pipeline::ListedSession> FindLeftSession(const std::optional<std::string>& pid) {
  uint32_t number = 0;
  if (pid.has_value() && !absl::SimpleAtoi(*pid, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("'", *pid, "' is no process id"));
  }
  std::vector<pipeline::ListedSession> fitting;
  std::string names;
  for (pipeline::ListedSession& session : LeftSessions()) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", Describe(session));
    if (!pid.has_value() || session.HasPid(number)) fitting.push_back(std::move(session));
  }
  if (fitting.size() == 1) return std::move(fitting.front());
  if (names.empty()) return absl::NotFoundError("no recording was left behind");
  return absl::NotFoundError(absl::StrCat(
      fitting.empty() ? "it took part in no recording that was left behind; these are: "
                      : "several recordings were left behind, give a PID: ",
      names));
}

void SayWhatWasLeft() {
  const char* const notice = std::getenv("SCOPE_LEFT_NOTICE");
  if (notice != nullptr && absl::string_view(notice) == "off") return;
  pipeline::GuardMappedFiles();
  const std::vector<pipeline::ListedSession> left = LeftSessions();
  if (left.empty()) return;
  const bool is_ours = !left.front().is_of_other_version;
  Say(absl::StrCat(
      "a recording of ", Describe(left.front()),
      left.size() > 1 ? absl::StrCat(" and ", left.size() - 1, " more were") : std::string(" was"),
      " left behind in memory: ",
      is_ours ? "'scope recover' makes a trace of it"
              : "that one recovers it, 'scope recover --discard' removes it"));
}

}  // namespace scope::tools
