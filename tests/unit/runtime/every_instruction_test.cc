// Kills and interrupts a program at every instruction of its reports, one after the other.
//
// The program is stepped with ptrace from the first report of a round to the last. Kill: at step n
// it dies; what had returned must be readable. Signal: at step n its handler reports, too; nothing
// may be missing. Slow paths are among the steps: the ring is the smallest and almost full.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <numeric>

#include "tests/unit/runtime/fake_session.h"
#include "tests/unit/runtime/hand_made_layout.h"

namespace scope::runtime {
namespace {

constexpr uint64_t kMain = SCOPE_TEST_NODE_OFFSET(kNodeMain);
constexpr uint64_t kRecordsMax = 4 * 128;  // What the smallest ring holds; the next is dropped.
constexpr uint64_t kHandler = SCOPE_TEST_NODE_OFFSET(kNodeHandler);

// The page that the subject writes to (see Stepped() there): how many of its reports have returned.
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
  const std::string& path() const { return path_; }
  uint64_t returned() const { return returned_->load(); }

 private:
  std::string path_;
  std::atomic<uint64_t>* returned_;
};

// Runs the subject up to the trap before its last reports, then steps. Returns false when it is
// past the trap behind them before `steps` were done.
bool StepInto(pid_t pid, int steps) {
  int status = 0;
  waitpid(pid, &status, 0);
  if (!WIFSTOPPED(status)) return false;
  for (int i = 0; i < steps; ++i) {
    ptrace(PTRACE_SINGLESTEP, pid, nullptr, nullptr);
    waitpid(pid, &status, 0);
    siginfo_t info;
    ptrace(PTRACE_GETSIGINFO, pid, nullptr, &info);
    if (!WIFSTOPPED(status) || info.si_code == SI_KERNEL) return false;  // The second trap.
  }
  return true;
}

struct Case {
  const char* first;  // Reports before the trap: how full the chunk is.
  const char* count;  // Reports behind it.
};

class EveryInstructionTest : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Places, EveryInstructionTest,
                         ::testing::Values(Case{"10", "2"}, Case{"127", "2"}, Case{"511", "2"}));

TEST_P(EveryInstructionTest, KillLosesNothingThatHadReturned) {
  int steps = 0;
  for (bool inside = true; inside; ++steps) {
    FakeSession session(kScopeOnFullDropNewest);
    const Ledger ledger(session);
    const pid_t pid = session.Start({"stepped", ledger.path(), GetParam().first, GetParam().count});
    inside = StepInto(pid, steps);
    kill(pid, SIGKILL);
    session.DrainUntilExit(pid);
    session.DrainDead();
    const FakeRing& ring = session.rings()[0];
    const std::vector<uint64_t> values = ring.ValuesOf(kMain);
    ASSERT_GE(values.size(), std::min(ledger.returned(), kRecordsMax)) << "step " << steps;
    ASSERT_LE(values.size(), ledger.returned() + 1) << "step " << steps;
    for (uint64_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], i) << "step " << steps;
    ASSERT_GE(ring.reader->EmittedCount(), ledger.returned()) << "step " << steps;
    ASSERT_LE(ring.reader->EmittedCount(), ledger.returned() + 1) << "step " << steps;
    ASSERT_GE(ring.reader->EmittedCount(), values.size() + ring.holes) << "step " << steps;
  }
  EXPECT_GT(steps, 20);
}

TEST_P(EveryInstructionTest, SignalLosesNothing) {
  const uint64_t expected =
      std::strtoull(GetParam().first, nullptr, 10) + std::strtoull(GetParam().count, nullptr, 10);
  int steps = 0;
  for (bool inside = true; inside; ++steps) {
    FakeSession session(kScopeOnFullDropNewest, 32 * 1024);
    const Ledger ledger(session);
    const pid_t pid = session.Start({"stepped", ledger.path(), GetParam().first, GetParam().count});
    inside = StepInto(pid, steps);
    if (inside) kill(pid, SIGUSR1);
    ptrace(PTRACE_CONT, pid, nullptr, nullptr);
    int status = 0;
    while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
      const int signal = WSTOPSIG(status);
      ptrace(PTRACE_CONT, pid, nullptr, signal == SIGTRAP ? 0 : signal);
    }
    ASSERT_TRUE(WIFEXITED(status)) << "step " << steps;
    while (session.Poll() != 0) {
    }
    const FakeRing& ring = session.rings()[0];
    ASSERT_EQ(ring.ValuesOf(kMain).size(), expected) << "step " << steps;
    ASSERT_EQ(ring.ValuesOf(kHandler).size(), inside ? 3u : 0u) << "step " << steps;
    ASSERT_EQ(ring.header->ended_seq, ring.records.size()) << "step " << steps;
  }
  EXPECT_GT(steps, 20);
}

}  // namespace
}  // namespace scope::runtime
