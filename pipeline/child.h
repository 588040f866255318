// child.h - the program that is recorded.
//
// Path:    command line -> THIS -> exit code
// Threads: one; while a child runs, SIGINT, SIGTERM, SIGHUP and SIGQUIT are handled here.
// Fails:   NotFound, PermissionDenied: the command cannot be run.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace scope::pipeline {

// The file that a shell would run for `name`. NotFound: there is none. PermissionDenied: it cannot
// be executed.
absl::StatusOr<std::string> FindCommand(const std::string& name);

class Child {
 public:
  // `environment`: variables that are set besides ours.
  static absl::StatusOr<Child> Start(
      const std::string& path, const std::vector<std::string>& command,
      const std::vector<std::pair<std::string, std::string>>& environment);

  // In place of a program that was started by somebody else: it has ended.
  static Child None() {
    Child none(0);
    none.has_ended_ = true;
    return none;
  }

  // A program that was started by somebody else, and still runs: only that it ends can be seen.
  static Child Foreign(uint32_t pid) {
    Child foreign(static_cast<pid_t>(pid));
    foreign.is_foreign_ = true;
    foreign.exit_code_ = kUnknownExitCode;
    return foreign;
  }
  static constexpr int kUnknownExitCode = -1;
  // From now on it counts as ended, and goes on.
  void Leave() {
    has_ended_ = true;
    was_left_ = true;
  }
  bool is_foreign() const { return is_foreign_; }
  bool was_left() const { return was_left_; }

  pid_t pid() const { return pid_; }
  // Does not wait.
  bool HasEnded();
  // As shells say it: 128 + signal. Valid once HasEnded().
  int exit_code() const { return exit_code_; }
  // That killed it; 0: it ended by itself.
  int signal() const { return signal_; }

 private:
  explicit Child(pid_t pid) : pid_(pid) {}

  pid_t pid_;
  bool has_ended_ = false;
  bool is_foreign_ = false;
  bool was_left_ = false;
  int exit_code_ = 0;
  int signal_ = 0;
};

// Also true for a process that has ended and whose parent has not asked yet.
bool PidHasEnded(uint32_t pid);

// While it lives, signals that ask this process to end are remembered; those that SignalsForChild
// ignores are ignored.
class SignalsToLeave {
 public:
  SignalsToLeave();
  ~SignalsToLeave();
  SignalsToLeave(const SignalsToLeave&) = delete;
  SignalsToLeave& operator=(const SignalsToLeave&) = delete;

  static bool Came();
};

// While it lives, signals that ask this process to end go to the child, and writing to a closed
// pipe or beyond a size limit is an error and no signal.
class SignalsForChild {
 public:
  SignalsForChild();
  ~SignalsForChild();
  SignalsForChild(const SignalsForChild&) = delete;
  SignalsForChild& operator=(const SignalsForChild&) = delete;

  // Signals that came before go to it now.
  void SetChild(pid_t pid);
};

}  // namespace scope::pipeline
