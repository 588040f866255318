// Kills and interrupts a program at every instruction of its reports, one after the other.
//
// The program is stepped with ptrace from the first report of a round to the last. Kill: at step n
// it dies; what had returned must be readable. Signal: at step n its handler reports, too; nothing
// may be missing. Slow paths are among the steps: the ring is the smallest and almost full.
//
// A proof that finds nothing in a broken ring proves nothing: the mutants are writers with one
// mistake each, made from the sources that ship, and each of them must be found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "scope/wire/clock.h"
#include "tests/unit/runtime/fake_session.h"
#include "tests/unit/runtime/hand_made_layout.h"
#include "tests/unit/runtime/stepping.h"
#include "tests/unit/runtime/wide_subject.h"

namespace scope::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kMain = SCOPE_TEST_NODE_OFFSET(kNodeMain);
constexpr uint64_t kEnter = SCOPE_TEST_NODE_OFFSET(kNodeEnter);
constexpr uint64_t kHandler = SCOPE_TEST_NODE_OFFSET(kNodeHandler);

struct Case {
  const char* mode;
  uint64_t first;        // Reports before the trap: how full the chunk is.
  uint64_t count;        // Reports behind it.
  uint64_t records;      // Of one report.
  uint64_t records_max;  // What the smallest ring holds; the next is dropped.
  bool is_stamped = false;
  scope_clock_source clock = kScopeClockSourceCounter;

  std::vector<std::string> Arguments(const Ledger& ledger) const {
    return {mode, ledger.path(), absl::StrCat(first), absl::StrCat(count)};
  }
  uint64_t node() const { return is_stamped ? kEnter : kMain; }
  uint64_t ValueOf(uint64_t n) const { return records == 1 ? n : WideRecordValue(n); }
};

// What is wrong with these records of the subject's own reports, and with their order.
std::string WrongIn(const Case& c, const std::vector<uint64_t>& values) {
  for (uint64_t n = 0; n < values.size(); ++n) {
    if (c.is_stamped && (values[n] == 0 || (n > 0 && values[n] < values[n - 1]))) {
      return absl::StrCat("stamp ", n, " is ", values[n]);
    }
    if (!c.is_stamped && values[n] != c.ValueOf(n))
      return absl::StrCat("record ", n, " is ", values[n]);
  }
  return "";
}

// What is wrong with the ring that a program left when it was killed.
std::string WrongAfterKill(const Case& c, const FakeRing& ring, uint64_t returned) {
  const std::vector<uint64_t> values = ring.ValuesOf(c.node());
  const uint64_t committed = returned * c.records;
  const uint64_t emitted = ring.reader->EmittedCount();
  if (values.size() < std::min(committed, c.records_max)) return "a committed record is lost";
  if (values.size() > committed + c.records) return "there is more than was reported";
  if (emitted < committed || emitted > committed + c.records) {
    return absl::StrCat(emitted, " emitted after ", committed);
  }
  // A place is taken in one instruction, so that nothing is neither stored, torn nor dropped.
  const uint64_t accounted = values.size() + ring.holes;
  if (accounted > emitted || (accounted < emitted && accounted < c.records_max)) {
    return absl::StrCat(values.size(), " stored and ", ring.holes, " torn of ", emitted);
  }
  return WrongIn(c, values);
}

// A wide value is thousands of instructions, and each is reached by stepping through those before
// it: the normal run takes every seventh. Entries and exits differ from values in a few only.
int StrideOf(const Case& c) {
  return (c.records > 1 || c.is_stamped) && getenv("SCOPE_LONG") == nullptr ? 7 : 1;
}

struct Outcome {
  int steps = 0;
  std::string wrong;  // Empty, or what was found first.
};

Outcome KillEverywhere(const Case& c, const Subject& subject = {}) {
  Outcome outcome;
  for (bool inside = true; inside && outcome.wrong.empty(); outcome.steps += StrideOf(c)) {
    FakeSession session(kScopeOnFullDropNewest, SCOPE_RING_BYTES_MIN, subject);
    session.shared().clock = kScopeClockExact;
    session.shared().clock_source = c.clock;
    const Ledger ledger(session);
    const pid_t pid = session.Start(c.Arguments(ledger));
    inside = StepInto(pid, outcome.steps);
    kill(pid, SIGKILL);
    session.DrainUntilExit(pid);
    session.DrainDead();
    outcome.wrong = WrongAfterKill(c, session.rings()[0], ledger.returned());
  }
  return outcome;
}

std::string WrongAfterSignal(const Case& c, const FakeRing& ring, bool inside) {
  const std::vector<uint64_t> values = ring.ValuesOf(c.node());
  const uint64_t expected = (c.first + c.count) * c.records;
  if (values.size() != expected) return absl::StrCat(values.size(), " of ", expected, " records");
  if (ring.ValuesOf(kHandler).size() != (inside ? 3 : 0)) return "the handler's are not there";
  if (ring.header->ended_seq != ring.records.size()) return "the count is not exact";
  return WrongIn(c, values);
}

Outcome InterruptEverywhere(const Case& c, const Subject& subject = {}) {
  Outcome outcome;
  for (bool inside = true; inside && outcome.wrong.empty(); outcome.steps += StrideOf(c)) {
    FakeSession session(kScopeOnFullDropNewest, 2 * SCOPE_RING_BYTES_MIN, subject);
    session.shared().clock = kScopeClockExact;
    session.shared().clock_source = c.clock;
    const Ledger ledger(session);
    const pid_t pid = session.Start(c.Arguments(ledger));
    inside = StepInto(pid, outcome.steps);
    if (inside) kill(pid, SIGUSR1);
    const int status = RunToTheEnd(pid);
    if (!WIFEXITED(status)) outcome.wrong = "it did not end by itself";
    while (session.Poll() != 0) {
    }
    if (outcome.wrong.empty()) outcome.wrong = WrongAfterSignal(c, session.rings()[0], inside);
  }
  return outcome;
}

class EveryInstructionTest : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    Places, EveryInstructionTest,
    ::testing::Values(Case{"stepped", 10, 2, 1, 512},   // inside a chunk
                      Case{"stepped", 127, 2, 1, 512},  // a chunk is full
                      Case{"stepped", 511, 2, 1, 512},  // the ring is full
                      // Entries and exits, by each clock.
                      Case{"stepped-calls", 10, 2, 1, 512, true},
                      Case{"stepped-calls", 127, 2, 1, 512, true},
                      Case{"stepped-calls", 511, 2, 1, 512, true},
                      Case{"stepped-calls", 127, 2, 1, 512, true, kScopeClockSourceMonotonic},
                      // The same for values of two pieces; three of them fill a chunk.
                      Case{"stepped-wide", 3, 1, kWideRecords, 12 * kWideRecords},
                      Case{"stepped-wide", 12, 1, kWideRecords, 12 * kWideRecords}));

TEST_P(EveryInstructionTest, KillLosesNothingThatHadReturned) {
  const Outcome outcome = KillEverywhere(GetParam());
  EXPECT_THAT(outcome.wrong, IsEmpty()) << "step " << outcome.steps;
  EXPECT_GT(outcome.steps, 20);
}

TEST_P(EveryInstructionTest, SignalLosesNothing) {
  const Outcome outcome = InterruptEverywhere(GetParam());
  EXPECT_THAT(outcome.wrong, IsEmpty()) << "step " << outcome.steps;
  EXPECT_GT(outcome.steps, 20);
}

constexpr Case kAtChunkEnd = {"stepped", 127, 2, 1, 512};

TEST(MutantTest, HeadBeforeValueIsFound) {
  const Subject mutant = {.program = SCOPE_TEST_MUTANT_HEAD_FIRST};
  EXPECT_THAT(KillEverywhere(kAtChunkEnd, mutant).wrong, HasSubstr("record 127 is 0"));
}

TEST(MutantTest, TagOfAnotherMomentIsFound) {
  const Subject mutant = {.program = SCOPE_TEST_MUTANT_SPLIT_TAG};
  EXPECT_THAT(InterruptEverywhere(kAtChunkEnd, mutant).wrong, HasSubstr("of 129 records"));
}

TEST(MutantTest, NumberBehindTheCursorIsFound) {
  const Subject mutant = {.runtime = SCOPE_TEST_MUTANT_SEQ_LATE};
  EXPECT_THAT(KillEverywhere(kAtChunkEnd, mutant).wrong, HasSubstr("emitted after 128"));
}

}  // namespace
}  // namespace scope::runtime
