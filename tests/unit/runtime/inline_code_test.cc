// Kills and interrupts a program at every instruction of the code that the plugin wrote into it,
// and reads its ring with the reader that ships.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "pipeline/stages/ring_reader.h"
#include "tests/unit/runtime/fake_session.h"
#include "tests/unit/runtime/stepping.h"

namespace scope::runtime {
namespace {

using pipeline::Mark;
using pipeline::RingReader;
using pipeline::Stream;
using ::testing::IsEmpty;

// A call of Work() in inline_subject.c.
constexpr uint64_t kRecordsOfCall = 5;
constexpr uint64_t kRecordsBeforeCommit = 3;
constexpr uint64_t kRecordsOfHandler = 3;
constexpr uint64_t kGroupMax = 3;

struct Case {
  uint64_t first;  // Calls before the trap.
  uint64_t count;  // Calls behind it.
  uint64_t chunks_opened;
  bool is_full;
};

// The smallest ring has 4 chunks of 128 records, and a group is not divided.
constexpr Case kInside = {3, 2, 1, false};
constexpr Case kChunkChange = {24, 2, 2, false};
constexpr Case kFullRing = {101, 2, 4, true};

// What is in a ring: records by their number, and the numbers that are missing.
struct Content {
  struct Record {
    uint64_t seq;
    uint64_t node_and_flags;
    uint64_t value;
  };
  std::vector<Record> records;
  std::set<uint64_t> dropped;
  std::set<uint64_t> torn;
  uint64_t emitted = 0;
  uint64_t chunks_opened = 0;
  std::string wrong;
};

// What a reader that has come to an end has read.
Content ContentOf(const RingReader& reader, const Stream& stream) {
  Content content;
  content.wrong = reader.over() ? reader.broken() : "the reader does not come to an end";
  uint64_t seq = 0;
  auto mark = stream.marks.begin();
  for (size_t i = 0; i <= stream.records.size(); ++i, ++seq) {
    for (; mark != stream.marks.end() && mark->thread_seq <= seq; ++mark) {
      auto& missing = mark->reason == kScopeGapTorn ? content.torn : content.dropped;
      for (uint64_t k = 0; k < mark->missing; ++k) missing.insert(seq++);
    }
    if (i == stream.records.size()) break;
    content.records.push_back({seq, stream.records[i].head & (SCOPE_HEAD_NODE | SCOPE_HEAD_FLAGS),
                               stream.records[i].value});
  }
  content.emitted = reader.emitted();
  content.chunks_opened = reader.header().chunks_opened;
  if (seq != content.emitted) content.wrong += "the numbers do not reach what was emitted";
  return content;
}

std::unique_ptr<RingReader> OpenRing(const FakeSession& session) {
  auto reader = RingReader::Open(session.folder() + "/ring-0", 0);
  EXPECT_TRUE(reader.ok()) << reader.status();
  return reader.ok() ? *std::move(reader) : nullptr;
}

void ReadSome(RingReader& reader, bool writer_is_dead, Stream& stream) {
  reader.Read(1 << 16, {.ticks = 1, .now_ns = 1, .writer_is_dead = writer_is_dead}, stream);
}

Content ReadToTheEnd(RingReader& reader, bool writer_is_dead, Stream& stream) {
  for (int turn = 0; turn < 100 && !reader.over(); ++turn) {
    ReadSome(reader, writer_is_dead, stream);
  }
  return ContentOf(reader, stream);
}

Content ReadRing(const FakeSession& session, bool writer_is_dead) {
  const std::unique_ptr<RingReader> reader = OpenRing(session);
  Stream stream;
  if (reader != nullptr) return ReadToTheEnd(*reader, writer_is_dead, stream);
  Content content;
  content.wrong = "there is no ring";
  return content;
}

// Record `n` of the calls, told from one that is not it.
bool IsRecord(const std::vector<uint64_t>& nodes, uint64_t n, const Content::Record& record) {
  const uint64_t i = n / kRecordsOfCall;
  const uint64_t k = n % kRecordsOfCall;
  if (record.node_and_flags != nodes[k]) return false;
  if (k == 0 || k == 4) return record.value != 0;  // Stamps: the clock is exact.
  return record.value == (k == 1 ? i : i * 1000003 + 7);
}

// The node of each record of a call, when there is nothing but calls of Work().
std::vector<uint64_t> NodesOfSome(const Content& content) {
  std::vector<uint64_t> nodes(kRecordsOfCall);
  for (uint64_t k = 0; k < kRecordsOfCall; ++k) {
    nodes[content.records[k].seq % kRecordsOfCall] = content.records[k].node_and_flags;
  }
  return nodes;
}

std::string WrongAfterKill(const Case& c, const Content& content, uint64_t ledger) {
  if (!content.wrong.empty()) return content.wrong;
  const uint64_t committed =
      ledger / 2 * kRecordsOfCall + (ledger % 2 == 1 ? kRecordsBeforeCommit : 0);
  if (content.emitted < committed || content.emitted > committed + kGroupMax) {
    return absl::StrCat(content.emitted, " emitted after ", committed);
  }
  if (content.records.size() + content.dropped.size() + content.torn.size() != content.emitted) {
    return "stored, dropped and torn are not what was emitted";
  }
  if (!content.torn.empty() && *content.torn.begin() < committed) return "a committed one is torn";
  if (!content.dropped.empty() && !c.is_full) return "one is dropped although there is room";
  const std::vector<uint64_t> nodes = NodesOfSome(content);
  for (const Content::Record& record : content.records) {
    if (!IsRecord(nodes, record.seq, record)) return absl::StrCat("record ", record.seq);
  }
  return "";
}

class InlineCodeTest : public ::testing::TestWithParam<Case> {
 protected:
  static constexpr Subject kSubject = {.program = SCOPE_TEST_INLINE_SUBJECT};

  static pid_t Start(FakeSession& session, const Ledger& ledger) {
    return session.Start(
        {ledger.path(), absl::StrCat(GetParam().first), absl::StrCat(GetParam().count)});
  }
};
INSTANTIATE_TEST_SUITE_P(Places, InlineCodeTest,
                         ::testing::Values(kInside, kChunkChange, kFullRing));

TEST_P(InlineCodeTest, KillLosesNothingThatWasCommitted) {
  int steps = 0;
  for (bool inside = true; inside; ++steps) {
    FakeSession session(kScopeOnFullDropNewest, SCOPE_RING_BYTES_MIN, kSubject);
    const Ledger ledger(session);
    const pid_t pid = Start(session, ledger);
    inside = StepInto(pid, steps);
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    const Content content = ReadRing(session, /*writer_is_dead=*/true);
    ASSERT_THAT(WrongAfterKill(GetParam(), content, ledger.returned()), IsEmpty())
        << "step " << steps << ", ledger " << ledger.returned();
    if (!inside) {  // It has been where it was to go.
      EXPECT_EQ(content.chunks_opened, GetParam().chunks_opened);
      EXPECT_EQ(!content.dropped.empty(), GetParam().is_full);
      EXPECT_EQ(content.emitted, (GetParam().first + GetParam().count) * kRecordsOfCall);
    }
  }
  EXPECT_GT(steps, 50);
}

TEST_P(InlineCodeTest, SignalLosesNothing) {
  const uint64_t expected = (GetParam().first + GetParam().count) * kRecordsOfCall;
  int steps = 0;
  for (bool inside = true; inside; ++steps) {
    FakeSession session(kScopeOnFullDropNewest, 2 * SCOPE_RING_BYTES_MIN, kSubject);
    const Ledger ledger(session);
    const pid_t pid = Start(session, ledger);
    inside = StepInto(pid, steps);
    if (inside) kill(pid, SIGUSR1);
    const int status = RunToTheEnd(pid);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "step " << steps;
    const Content content = ReadRing(session, /*writer_is_dead=*/false);
    ASSERT_THAT(content.wrong, IsEmpty()) << "step " << steps;
    const std::vector<uint64_t> nodes = NodesOfSome(content);
    const std::set<uint64_t> own(nodes.begin(), nodes.end());
    uint64_t n = 0;
    for (const Content::Record& record : content.records) {
      if (!own.contains(record.node_and_flags)) continue;
      ASSERT_TRUE(IsRecord(nodes, n, record)) << "step " << steps << ", record " << n;
      ++n;
    }
    ASSERT_EQ(n, expected) << "step " << steps;
    ASSERT_EQ(content.records.size() - n, inside ? kRecordsOfHandler : 0u) << "step " << steps;
    ASSERT_EQ(content.emitted, content.records.size()) << "step " << steps;
  }
  EXPECT_GT(steps, 50);
}

// The reader looks between any two instructions of several laps, or so seldom that it is overtaken.
class ReaderBetweenInstructionsTest : public ::testing::TestWithParam<scope_on_full> {};
INSTANTIATE_TEST_SUITE_P(Strategies, ReaderBetweenInstructionsTest,
                         ::testing::Values(kScopeOnFullDropNewest, kScopeOnFullDropOldest));

TEST_P(ReaderBetweenInstructionsTest, EveryRecordIsInItsPlaceOrCounted) {
  constexpr uint64_t kFirst = 3;
  constexpr uint64_t kCount = 150;
  std::set<bool> drops;
  for (const int instructions : {1, 2, 3, 7, 61, 997, 15'013, 1'000'000}) {
    FakeSession session(GetParam(), SCOPE_RING_BYTES_MIN, {.program = SCOPE_TEST_INLINE_SUBJECT});
    const Ledger ledger(session);
    const pid_t pid = session.Start({ledger.path(), absl::StrCat(kFirst), absl::StrCat(kCount)});
    ASSERT_TRUE(RunToTrap(pid));
    const std::unique_ptr<RingReader> reader = OpenRing(session);
    ASSERT_NE(reader, nullptr);
    Stream stream;
    for (int step = 1; StepOnce(pid); ++step) {
      if (step % instructions == 0) ReadSome(*reader, /*writer_is_dead=*/false, stream);
    }
    RunToTheEnd(pid);
    const Content content = ReadToTheEnd(*reader, /*writer_is_dead=*/false, stream);
    ASSERT_THAT(content.wrong, IsEmpty()) << instructions;
    ASSERT_EQ(content.emitted, (kFirst + kCount) * kRecordsOfCall) << instructions;
    ASSERT_EQ(content.records.size() + content.dropped.size(), content.emitted) << instructions;
    const std::vector<uint64_t> nodes = NodesOfSome(content);
    for (const Content::Record& record : content.records) {
      ASSERT_TRUE(IsRecord(nodes, record.seq, record)) << instructions << ", " << record.seq;
    }
    if (instructions < 100) ASSERT_THAT(content.dropped, IsEmpty()) << instructions;
    drops.insert(!content.dropped.empty());
  }
  EXPECT_EQ(drops.size(), 2u);
}

}  // namespace
}  // namespace scope::runtime
