// Whole programs under the runtime: what they report is in the session's folder, and nothing else.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <numeric>
#include <set>

#include "tests/unit/runtime/fake_session.h"
#include "tests/unit/runtime/hand_made_layout.h"

namespace scope::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr uint64_t kMain = SCOPE_TEST_NODE_OFFSET(kNodeMain);
constexpr uint64_t kHandler = SCOPE_TEST_NODE_OFFSET(kNodeHandler);
constexpr uint64_t kEnter = SCOPE_TEST_NODE_OFFSET(kNodeEnter);

std::vector<uint64_t> Numbers(uint64_t first, uint64_t count) {
  std::vector<uint64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

TEST(RuntimeTest, OneThreadLosesNothing) {
  FakeSession session;
  session.RunToEnd({"count", "1000000"});
  ASSERT_THAT(session.rings(), SizeIs(1));
  const FakeRing& ring = session.rings()[0];
  EXPECT_EQ(ring.ValuesOf(kMain), Numbers(0, 1'000'000));
  EXPECT_EQ(ring.header->ended_seq, 1'000'000u);
  EXPECT_EQ(ring.header->state, uint32_t{kScopeRingEnded});
  const scope_process* process = session.Process(0);
  EXPECT_EQ(process->state, uint32_t{kScopeProcessExited});
  EXPECT_EQ(process->module_count, 1u);
  EXPECT_STREQ(process->executable, SCOPE_TEST_SUBJECT);
  EXPECT_STREQ(process->modules[0].path, SCOPE_TEST_SUBJECT);
  EXPECT_EQ(process->modules[0].build_id_bytes, 20u);
  EXPECT_EQ(process->dropped_without_ring, 0u);
}

TEST(RuntimeTest, EntriesCarryTheTime) {
  FakeSession session;
  session.RunToEnd({"enter", "1000"});
  uint64_t before = 0;
  for (uint64_t ticks : session.rings()[0].ValuesOf(kEnter)) {
    EXPECT_GT(ticks, before);
    before = ticks;
  }
  FakeSession without_clock;
  without_clock.shared().clock = kScopeClockOff;
  without_clock.RunToEnd({"enter", "10"});
  EXPECT_EQ(without_clock.rings()[0].ValuesOf(kEnter), std::vector<uint64_t>(10, 0));
}

TEST(RuntimeTest, ThousandThreadsHaveARingEach) {
  FakeSession session;
  session.RunToEnd({"threads", "1000", "100"});
  EXPECT_THAT(session.rings(), SizeIs(1000));
  for (const auto& [number, ring] : session.rings()) {
    EXPECT_EQ(ring.ValuesOf(kMain), Numbers(0, 100));
    EXPECT_EQ(ring.header->state, uint32_t{kScopeRingEnded});
  }
}

TEST(RuntimeTest, ForkGivesTheChildItsOwnRing) {
  FakeSession session;
  session.RunToEnd({"fork", "5000"});
  ASSERT_THAT(session.rings(), SizeIs(3));
  std::set<uint32_t> processes;
  for (const auto& [number, ring] : session.rings()) {
    const std::vector<uint64_t> values = ring.ValuesOf(kMain);
    EXPECT_EQ(values, Numbers(values.front(), values.size()));
    const scope_process* process = session.Process(ring.header->process);
    EXPECT_EQ(process->pid, ring.header->pid);
    EXPECT_EQ(process->module_count, 1u);
    EXPECT_STREQ(process->modules[0].path, SCOPE_TEST_SUBJECT);
    EXPECT_EQ(process->state, uint32_t{kScopeProcessExited});
    processes.insert(ring.header->process);
  }
  EXPECT_THAT(processes, SizeIs(3));
  EXPECT_EQ(session.rings()[0].ValuesOf(kMain), Numbers(0, 10'000));
}

TEST(RuntimeTest, HandlersReportInTheMiddleOfAReport) {
  FakeSession session;
  session.RunToEnd({"signals", "5000000"});
  const FakeRing& ring = session.rings()[0];
  EXPECT_EQ(ring.ValuesOf(kMain), Numbers(0, 5'000'000));
  std::vector<uint64_t> handled = ring.ValuesOf(kHandler);
  EXPECT_GT(handled.size(), 100u);
  // A handler that another interrupted took its number first and its place in the ring later.
  std::sort(handled.begin(), handled.end());
  EXPECT_EQ(handled.size(), ring.header->ended_seq - 5'000'000);
  EXPECT_EQ(ring.records.back().seq + 1, ring.header->ended_seq);
}

TEST(RuntimeTest, PluginsComeAndGo) {
  FakeSession session;
  session.RunToEnd({"dlopen", SCOPE_TEST_PLUGIN, "100"});
  ASSERT_THAT(session.rings(), SizeIs(1));
  EXPECT_EQ(session.rings()[0].ValuesOf(kMain), Numbers(0, 2'000));
  const scope_process* process = session.Process(0);
  EXPECT_EQ(process->module_count, 2u);  // What comes back has its entry again.
  EXPECT_STREQ(process->modules[1].path, SCOPE_TEST_PLUGIN);
  EXPECT_EQ(process->modules[1].state, uint32_t{kScopeModuleUnloaded});
}

TEST(RuntimeTest, DestructorsStillReport) {
  FakeSession session;
  session.RunToEnd({"late"});
  ASSERT_THAT(session.rings(), SizeIs(2));
  std::set<std::vector<uint64_t>> rings;
  for (const auto& [number, ring] : session.rings()) rings.insert(ring.ValuesOf(kMain));
  EXPECT_THAT(rings, ElementsAre(ElementsAre(0, 1, 2), ElementsAre(4, 5)));
}

TEST(RuntimeTest, ThreadWithoutARingIsCounted) {
  FakeSession session;
  session.RunToEnd({"no-files", "12345"});
  const scope_process* process = session.Process(0);
  EXPECT_EQ(process->threads_without_ring, 1u);
  EXPECT_EQ(process->dropped_without_ring, 12'345u);
  EXPECT_EQ(process->ring_errno, EMFILE);
}

TEST(RuntimeTest, NodesStayOffUntilTheCollectorAnswers) {
  FakeSession session;
  session.shared().selects = 1;
  const pid_t pid = session.Start({"count", "1000"});
  while (Load(session.shared().process_count) == 0) usleep(100);
  scope_process* process = nullptr;
  while ((process = session.Process(0)) == nullptr) usleep(100);
  while (Load(process->module_count) == 0) usleep(100);
  scope_module_entry& module = process->modules[0];
  // Only the node of handlers is asked for, so nothing must come.
  std::string image(module.nodes_bytes, '\0');
  image[offsetof(hand_made_table, switches) + kNodeHandler] = SCOPE_SWITCH_ON;
  std::ofstream(session.folder() + "/switches-0-0") << image;
  Store(module.state, uint32_t{kScopeModuleAnswered});
  FutexWake(module.state);
  EXPECT_EQ(session.DrainUntilExit(pid), 0);
  EXPECT_THAT(session.rings(), SizeIs(0));
}

TEST(RuntimeTest, NoAnswerLeavesEverythingOff) {
  FakeSession session;
  session.shared().selects = 1;
  session.shared().select_timeout_ms = 20;
  session.RunToEnd({"count", "1000"});
  EXPECT_THAT(session.rings(), SizeIs(0));
}

TEST(RuntimeTest, ClosedSessionLetsTheProgramRunOn) {
  FakeSession session;
  const pid_t pid = session.Start({"count", "200000000"});
  while (session.Poll() == 0) usleep(100);
  Store(session.shared().state, uint32_t{kScopeSessionClosed});
  EXPECT_EQ(session.DrainUntilExit(pid), 0);
}

TEST(RuntimeTest, KillLosesNothingThatHadReturned) {
  for (int trial = 0; trial < 100; ++trial) {
    FakeSession session(kScopeOnFullBlock, trial % 2 == 0 ? SCOPE_RING_BYTES_MIN : 1u << 20);
    const std::string path = session.folder() + "/ledger";
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    ASSERT_EQ(ftruncate(file, 4096), 0);
    auto* returned = static_cast<std::atomic<uint64_t>*>(
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    close(file);
    const pid_t pid = session.Start({"ledger", path});
    while (returned->load() == 0) session.Poll();
    const uint64_t until_ns = MonotonicNs() + static_cast<uint64_t>(rand() % 2'000'000);
    while (MonotonicNs() < until_ns) session.Poll();
    kill(pid, SIGKILL);
    session.DrainUntilExit(pid);
    session.DrainDead();
    const FakeRing& ring = session.rings()[0];
    const std::vector<uint64_t> values = ring.ValuesOf(kMain);
    ASSERT_GE(values.size(), returned->load());
    ASSERT_LE(values.size(), returned->load() + 1);
    ASSERT_EQ(values, Numbers(0, values.size()));
    ASSERT_LE(ring.holes, 1u);
    ASSERT_EQ(ring.reader->EmittedCount(), values.size() + ring.holes);
    munmap(returned, 4096);
  }
}

}  // namespace
}  // namespace scope::runtime
