#include "pipeline/reachable.h"

#include <elf.h>
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pipeline/child.h"

namespace scope::pipeline {
namespace {

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The words behind "NAME:" in /proc/PID/status; empty: it cannot be read.
std::vector<std::string> StatusWords(uint32_t pid, const char* name) {
  const std::string text = ReadText(absl::StrCat("/proc/", pid, "/status"));
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, absl::StrCat(name, ":"))) continue;
    std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(": \t"), absl::SkipEmpty());
    words.erase(words.begin());
    return words;
  }
  return {};
}

uint32_t StatusNumber(uint32_t pid, const char* name, size_t at, uint32_t otherwise) {
  const std::vector<std::string> words = StatusWords(pid, name);
  uint32_t number = 0;
  return at < words.size() && absl::SimpleAtoi(words[at], &number) ? number : otherwise;
}

std::string UserName(uint32_t uid) {
  const passwd* const user = getpwuid(uid);
  return user != nullptr ? user->pw_name : absl::StrCat("#", uid);
}

// Process ids there are not ours. Not known, if it cannot be looked at.
bool IsInOtherNamespace(uint32_t pid) {
  char own[64] = {};
  char other[64] = {};
  return readlink("/proc/self/ns/pid", own, sizeof(own) - 1) > 0 &&
         readlink(absl::StrCat("/proc/", pid, "/ns/pid").c_str(), other, sizeof(other) - 1) > 0 &&
         strcmp(own, other) != 0;
}

bool IsRaised(uint32_t pid) {
  const std::string text = ReadText(absl::StrCat("/proc/", pid, "/auxv"));
  for (size_t at = 0; at + sizeof(Elf64_auxv_t) <= text.size(); at += sizeof(Elf64_auxv_t)) {
    Elf64_auxv_t entry;
    memcpy(&entry, text.data() + at, sizeof(entry));
    if (entry.a_type == AT_SECURE) return entry.a_un.a_val != 0;
  }
  return false;
}

}  // namespace

absl::Status CheckReachable(uint32_t pid) {
  if (kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) {
    return absl::NotFoundError(absl::StrCat("there is no process ", pid));
  }
  if (PidHasEnded(pid)) {
    return absl::NotFoundError(
        absl::StrCat("process ", pid, " has ended; its parent has not asked for its end yet"));
  }
  if (pid == static_cast<uint32_t>(getpid())) {
    return absl::FailedPreconditionError("scope cannot attach to itself");
  }
  if (const uint32_t group = StatusNumber(pid, "Tgid", 0, pid); group != pid) {
    return absl::FailedPreconditionError(absl::StrCat(
        pid, " is a thread of process ", group, ": 'scope attach ", group, "' records them all"));
  }
  // Real, effective, saved, and for files: the effective one owns what the runtime makes.
  constexpr uint32_t kNobodyKnows = ~0u;
  const uint32_t real = StatusNumber(pid, "Uid", 0, kNobodyKnows);
  const uint32_t effective = StatusNumber(pid, "Uid", 1, kNobodyKnows);
  if (IsRaised(pid) || real != effective) {
    return absl::FailedPreconditionError(
        absl::StrCat("process ", pid, " runs with raised privileges and is not recorded"));
  }
  if (effective != geteuid()) {
    const std::string user = effective == kNobodyKnows ? "another user" : UserName(effective);
    return absl::PermissionDeniedError(
        absl::StrCat("process ", pid, " belongs to ", user, ": attach as that user"));
  }
  if (IsInOtherNamespace(pid)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "process ", pid, " lives in a container (another pid namespace): run scope in there"));
  }
  return absl::OkStatus();
}

absl::Status WhyUnreachable(uint32_t pid) {
  const std::string yama = ReadText("/proc/sys/kernel/yama/ptrace_scope");
  if (!yama.empty() && yama[0] != '0' && geteuid() != 0) {
    return absl::PermissionDeniedError(absl::StrCat(
        "process ", pid, " cannot be reached: kernel.yama.ptrace_scope is ", yama.substr(0, 1),
        ", which allows it to parents only; start it with 'scope run'"));
  }
  return absl::PermissionDeniedError(absl::StrCat(
      "process ", pid,
      " cannot be reached: it does not let itself be looked at (it has changed its privileges, or "
      "called prctl(PR_SET_DUMPABLE)); start it with 'scope run'"));
}

bool IsStopped(uint32_t pid) {
  const std::vector<std::string> state = StatusWords(pid, "State");
  return !state.empty() && (state[0] == "T" || state[0] == "t");
}

}  // namespace scope::pipeline
