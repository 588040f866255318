#include "pipeline/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace scope::pipeline {
namespace {

constexpr int kForwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int kIgnored[] = {SIGPIPE, SIGXFSZ};

std::atomic<pid_t> g_child{0};
std::atomic<int> g_early{0};  // a signal that came before the child
struct sigaction g_old_forwarded[std::size(kForwarded)];
struct sigaction g_old_ignored[std::size(kIgnored)];

std::atomic<bool> g_leave{false};

void OnLeave(int) { g_leave.store(true); }

void Forward(int signal_number, siginfo_t* info, void*) {
  const int saved_errno = errno;
  const pid_t child = g_child.load();
  if (child == 0) {
    g_early.store(signal_number);
  } else if (info->si_code != SI_KERNEL) {
    kill(child, signal_number);  // what the terminal sends, the child has got itself
  }
  errno = saved_errno;
}

// Of those that ask to end; those that must not end us are ignored.
void TakeSignals(const struct sigaction& action) {
  for (size_t i = 0; i < std::size(kForwarded); ++i) {
    sigaction(kForwarded[i], nullptr, &g_old_forwarded[i]);
    // nohup and the like have their reasons.
    if (g_old_forwarded[i].sa_handler != SIG_IGN) sigaction(kForwarded[i], &action, nullptr);
  }
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  for (size_t i = 0; i < std::size(kIgnored); ++i) {
    sigaction(kIgnored[i], &ignore, &g_old_ignored[i]);
  }
}

void GiveSignalsBack() {
  for (size_t i = 0; i < std::size(kForwarded); ++i) {
    sigaction(kForwarded[i], &g_old_forwarded[i], nullptr);
  }
  for (size_t i = 0; i < std::size(kIgnored); ++i) {
    sigaction(kIgnored[i], &g_old_ignored[i], nullptr);
  }
}

bool IsExecutableFile(const std::string& path, int& error) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    if (error != EACCES) error = errno;
    return false;
  }
  if (!S_ISREG(status.st_mode) || access(path.c_str(), X_OK) != 0) {
    error = EACCES;
    return false;
  }
  return true;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The child starts with the signals as they were before us.
void RestoreSignals(posix_spawnattr_t& attributes) {
  sigset_t defaults;
  sigemptyset(&defaults);
  for (size_t i = 0; i < std::size(kIgnored); ++i) {
    if (g_old_ignored[i].sa_handler != SIG_IGN) sigaddset(&defaults, kIgnored[i]);
  }
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
}

}  // namespace

absl::StatusOr<std::string> FindCommand(const std::string& name) {
  int error = ENOENT;
  if (absl::StrContains(name, '/')) {
    if (IsExecutableFile(name, error)) return name;
  } else if (!name.empty()) {
    const char* path = getenv("PATH");
    for (absl::string_view folder : absl::StrSplit(path == nullptr ? "/bin:/usr/bin" : path, ':')) {
      const std::string file = folder.empty() ? "./" + name : absl::StrCat(folder, "/", name);
      if (IsExecutableFile(file, error)) return file;
    }
  }
  if (error == EACCES) {
    return absl::PermissionDeniedError(absl::StrCat(name, ": it cannot be executed"));
  }
  return absl::NotFoundError(absl::StrCat(name, ": there is no such command"));
}

absl::StatusOr<Child> Child::Start(
    const std::string& path, const std::vector<std::string>& command,
    const std::vector<std::pair<std::string, std::string>>& environment) {
  std::vector<std::string> arguments = command;
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    bool is_ours = false;
    for (const auto& [name, value] : environment) {
      is_ours = is_ours || absl::StartsWith(*variable, name + "=");
    }
    if (!is_ours) variables.emplace_back(*variable);
  }
  for (const auto& [name, value] : environment) variables.push_back(absl::StrCat(name, "=", value));
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  RestoreSignals(attributes);
  pid_t pid = 0;
  int error = posix_spawn(&pid, path.c_str(), nullptr, &attributes, Pointers(arguments).data(),
                          Pointers(variables).data());
  if (error == ENOEXEC) {  // a script without #!
    arguments[0] = path;
    arguments.insert(arguments.begin(), "sh");
    error = posix_spawn(&pid, "/bin/sh", nullptr, &attributes, Pointers(arguments).data(),
                        Pointers(variables).data());
  }
  posix_spawnattr_destroy(&attributes);
  if (error == 0) return Child(pid);
  const std::string message = absl::StrCat(path, ": ", strerror(error));
  return error == ENOENT ? absl::NotFoundError(message) : absl::PermissionDeniedError(message);
}

bool Child::HasEnded() {
  if (has_ended_) return true;
  if (is_foreign_) return has_ended_ = PidHasEnded(static_cast<uint32_t>(pid_));
  int status = 0;
  const pid_t pid = waitpid(pid_, &status, WNOHANG);
  if (pid == 0 || (pid < 0 && errno == EINTR)) return false;
  has_ended_ = true;
  if (pid < 0) exit_code_ = 255;
  if (pid > 0) {
    signal_ = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    exit_code_ = signal_ != 0 ? 128 + signal_ : WEXITSTATUS(status);
  }
  return true;
}

bool PidHasEnded(uint32_t pid) {
  if (kill(static_cast<pid_t>(pid), 0) != 0) return errno == ESRCH;
  const int descriptor = open(absl::StrCat("/proc/", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT || errno == ESRCH;
  char text[512];
  const ssize_t n = read(descriptor, text, sizeof(text) - 1);
  close(descriptor);
  if (n <= 0) return true;
  text[n] = '\0';
  // "pid (name) S ...": the name may hold anything, even a ')'.
  const char* const after_name = strrchr(text, ')');
  if (after_name == nullptr || after_name[1] == '\0') return false;
  return after_name[2] == 'Z' || after_name[2] == 'X';
}

SignalsToLeave::SignalsToLeave() {
  g_leave.store(false);
  struct sigaction action = {};
  action.sa_handler = OnLeave;
  TakeSignals(action);
}

SignalsToLeave::~SignalsToLeave() { GiveSignalsBack(); }

bool SignalsToLeave::Came() { return g_leave.load(); }

SignalsForChild::SignalsForChild() {
  g_child.store(0);
  g_early.store(0);
  struct sigaction action = {};
  action.sa_sigaction = Forward;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  TakeSignals(action);
}
SignalsForChild::~SignalsForChild() {
  g_child.store(0);
  GiveSignalsBack();
}

void SignalsForChild::SetChild(pid_t pid) {
  g_child.store(pid);
  if (const int early = g_early.exchange(0); early != 0) kill(pid, early);
}

}  // namespace scope::pipeline
