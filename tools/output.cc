#include "tools/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/say.h"
#include "tools/terminal.h"

namespace scope::tools {
namespace {

constexpr size_t kBufferBytes = 64 * 1024;

std::string PagerCommand() {
  const char* pager = std::getenv("PAGER");
  if (pager == nullptr) return "less -R";
  return std::strcmp(pager, "cat") == 0 ? "" : pager;
}

}  // namespace

Output::Output(Paging paging) : paint_(PaintFor(STDOUT_FILENO)) {
  signal(SIGPIPE, SIG_IGN);
  if (paging == Paging::kOnTerminal && IsTerminal(STDOUT_FILENO)) StartPager();
}

Output::~Output() { Finish(0); }

void Output::StartPager() {
  const std::string command = PagerCommand();
  int pipe_fds[2];
  if (command.empty() || pipe2(pipe_fds, O_CLOEXEC) != 0) return;
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    dup2(pipe_fds[0], STDIN_FILENO);
    setenv("LESS", "FRX", 0);  // Less than a screen: shown and left on it.
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(kExitNotFound);
  }
  close(pipe_fds[0]);
  if (child < 0) {
    close(pipe_fds[1]);
    return;
  }
  pager_ = child;
  fd_ = pipe_fds[1];
  signal(SIGINT, SIG_IGN);  // Ctrl-C is for the pager, which has the terminal.
}

bool Output::Write(absl::string_view text) {
  if (error_ != 0) return false;
  buffer_.append(text.data(), text.size());
  return buffer_.size() < kBufferBytes || Flush();
}

viewers::TextSink Output::sink() {
  return [this](absl::string_view text) { return Write(text); };
}

bool Output::Flush() {
  absl::string_view rest = buffer_;
  while (!rest.empty() && error_ == 0) {
    const ssize_t written = write(fd_, rest.data(), rest.size());
    if (written > 0) rest.remove_prefix(static_cast<size_t>(written));
    if (written < 0 && errno != EINTR) error_ = errno;
  }
  buffer_.clear();
  return error_ == 0;
}

int Output::Finish(int exit_code) {
  Flush();
  if (pager_ > 0) {
    close(fd_);
    fd_ = STDOUT_FILENO;
    while (waitpid(pager_, nullptr, 0) < 0 && errno == EINTR) {
    }
    pager_ = -1;
    signal(SIGINT, SIG_DFL);
  }
  if (error_ == 0 || error_ == EPIPE) return exit_code;
  const int error = error_;
  error_ = EPIPE;  // Said once.
  return Fail(kExitFailure, absl::StrCat("cannot write the output: ", std::strerror(error)));
}

}  // namespace scope::tools
