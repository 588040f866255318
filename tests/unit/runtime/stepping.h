// stepping.h - a subject that runs to a trap, and from there one instruction at a time.
//
// Path:    program with two traps, its ledger -> THIS -> tests that stop it at every instruction
// Threads: one.
// Fails:   as a test does.

#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "tests/unit/runtime/fake_session.h"

namespace scope::runtime {

// A page that the subject writes to: how many of its reports have returned.
class Ledger {
 public:
  explicit Ledger(const FakeSession& session) : path_(session.folder() + "/ledger") {
    const int file = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    EXPECT_EQ(ftruncate(file, 4096), 0);
    returned_ = static_cast<std::atomic<uint64_t>*>(
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    close(file);
  }
  ~Ledger() { munmap(returned_, 4096); }
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  const std::string& path() const { return path_; }
  uint64_t returned() const { return returned_->load(); }

 private:
  std::string path_;
  std::atomic<uint64_t>* returned_;
};

// Waits for the trap before the last reports. False: the subject has ended.
inline bool RunToTrap(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSTOPPED(status);
}

// One instruction. False: it was the trap behind the last report.
inline bool StepOnce(pid_t pid) {
  int status = 0;
  ptrace(PTRACE_SINGLESTEP, pid, nullptr, nullptr);
  waitpid(pid, &status, 0);
  siginfo_t info = {};
  ptrace(PTRACE_GETSIGINFO, pid, nullptr, &info);
  return WIFSTOPPED(status) && info.si_code != SI_KERNEL;
}

// Returns false when the subject is past its second trap before `steps` were done.
inline bool StepInto(pid_t pid, int steps) {
  if (!RunToTrap(pid)) return false;
  for (int i = 0; i < steps; ++i) {
    if (!StepOnce(pid)) return false;
  }
  return true;
}

// Lets it run on, with its signals, and returns its wait status.
inline int RunToTheEnd(pid_t pid) {
  int status = 0;
  ptrace(PTRACE_CONT, pid, nullptr, nullptr);
  while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
    const int signal = WSTOPSIG(status);
    ptrace(PTRACE_CONT, pid, nullptr, signal == SIGTRAP ? 0 : signal);
  }
  return status;
}

}  // namespace scope::runtime
