#include "tools/sink_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace scope::tools {
namespace {

constexpr int kLookAgainMs = 5;

void SleepMs(int ms) {
  const timespec time = {0, ms * 1'000'000L};
  nanosleep(&time, nullptr);
}

}  // namespace

SinkProcess::~SinkProcess() {
  if (pid_ > 0) Finish(0);
}

void SinkProcess::Start(const std::string& directory) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    start_error_ = strerror(errno);
    return;
  }
  std::vector<std::string> words = {"scope",   "feed",       "--follow", "-d",
                                    directory, "--" + kind_, request_};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  // Ctrl-C is for the program; the sink ends when everything is written.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int error =
      posix_spawn(&pid_, "/proc/self/exe", &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[0]);
  if (error != 0) {
    start_error_ = strerror(error);
    pid_ = -1;
    close(ends[1]);
    return;
  }
  pipe_ = ends[1];
}

std::string SinkProcess::Finish(int timeout_ms) {
  const std::string name = absl::StrCat(kind_, " ", request_.substr(0, request_.find(':')));
  if (pid_ < 0) {
    return start_error_.empty() ? "" : absl::StrCat(name, " did not start: ", start_error_);
  }
  close(pipe_);
  int status = 0;
  int waited_ms = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (waited_ms >= timeout_ms) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      pid_ = -1;
      return absl::StrCat(
          name, " took more than ", timeout_ms / 1000,
          " s to end and was killed; the trace is whole: 'scope feed' gives it again");
    }
    SleepMs(kLookAgainMs);
    waited_ms += kLookAgainMs;
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) {
    return absl::StrCat(name, " was killed by signal ", WTERMSIG(status), " (",
                        strsignal(WTERMSIG(status)), "); the trace is whole");
  }
  // It has said itself what was wrong.
  return WEXITSTATUS(status) == 0 ? "" : absl::StrCat(name, " failed; the trace is whole");
}

}  // namespace scope::tools
