// What the writer puts into a ring is what a reader takes out, and what it drops is counted.

#include "runtime/hot/ring_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/unit/runtime/plain_reader.h"
#include "tests/unit/runtime/plain_ring.h"

namespace scope::runtime {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// Each record is numbered as its place in the thread's sequence, so a drop shows as a jump.
void ExpectWhole(const std::vector<PlainRecord>& records) {
  for (const PlainRecord& record : records) {
    ASSERT_EQ(record.node_and_flags, NodeOf(record.seq));
    ASSERT_EQ(record.value, ValueOf(record.seq));
  }
}

TEST(RingShapeTest, SizesAreWithinTheLimits) {
  EXPECT_EQ(MakeRingShape(0).chunk_count, 4u);
  EXPECT_EQ(MakeRingShape(SCOPE_RING_BYTES_MIN).chunk_bytes, SCOPE_CHUNK_BYTES_MIN);
  EXPECT_EQ(MakeRingShape(SCOPE_RING_BYTES_DEFAULT + 1).chunk_bytes, 131072u);
  EXPECT_EQ(MakeRingShape(~uint64_t{0}).chunk_bytes, SCOPE_RING_BYTES_MAX / 8);
}

TEST(RingWriterTest, RecordsArriveInOrder) {
  PlainRing ring(kScopeOnFullBlock);
  PlainReader reader(&ring.header());
  EXPECT_THAT(reader.Read(), IsEmpty());
  ring.Write(0);
  ring.Write(1, 16);
  const auto records = reader.Read();
  ASSERT_THAT(records, SizeIs(17));
  EXPECT_EQ(records[16].seq, 16u);
  ExpectWhole(records);
}

TEST(RingWriterTest, ManyLapsLoseNothing) {
  PlainRing ring(kScopeOnFullBlock);
  PlainReader reader(&ring.header());
  uint64_t written = 0, read = 0;
  while (written < 20'000'000) {
    const uint64_t count = 1 + written % 16;
    ring.Write(written, count);
    written += count;
    if (written % 64 >= 16) continue;
    const auto records = reader.Read();
    ExpectWhole(records);
    read += records.size();
  }
  read += reader.Read().size();
  EXPECT_EQ(read, written);
  EXPECT_EQ(reader.EmittedCount(), written);
  // More regions than there are tags.
  EXPECT_GT(written * SCOPE_RECORD_BYTES / ring.shape().chunk_bytes, 65'536u);
}

TEST(RingWriterTest, TagsComeRoundWithoutOldRecordsLookingNew) {
  PlainRing ring(kScopeOnFullDropNewest);
  PlainReader reader(&ring.header());
  uint64_t i = 0;
  while (i < ring.RecordsMax()) ring.Write(i++);
  // 65,536 uses of scratch later the tag of chunk 0's old records is due again.
  for (int region = 0; region < 65'536; ++region) {
    for (int k = 0; k < 256; k += 16, i += 16) ring.Write(i, 16);
  }
  EXPECT_THAT(reader.Read(), SizeIs(ring.RecordsMax()));
  const uint64_t before = ring.header().chunks_opened;
  while (ring.header().chunks_opened == before) ring.Write(i++);
  const auto records = reader.Read();
  ASSERT_THAT(records, SizeIs(1));
  ExpectWhole(records);
  EXPECT_EQ(records[0].seq + 1, i);
}

TEST(RingWriterTest, BlockWaitsForALateReader) {
  PlainRing ring(kScopeOnFullBlock, SCOPE_RING_BYTES_MIN, 10'000);
  constexpr uint64_t kCount = 300'000;
  std::atomic<bool> done = false;
  std::thread writing([&] {
    for (uint64_t i = 0; i < kCount; ++i) ring.Write(i);
    done = true;
  });
  PlainReader reader(&ring.header());
  uint64_t read = 0;
  while (read < kCount) {
    const bool last = done;
    const auto records = reader.Read();
    ExpectWhole(records);
    read += records.size();
    if (last && records.empty()) break;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  writing.join();
  EXPECT_EQ(read, kCount);
  EXPECT_GT(ring.header().blocked_ns, 0u);
  EXPECT_GT(ring.session().doorbell, 0u);
}

TEST(RingWriterTest, BlockGivesUpAndCountsUntilTheReaderMoves) {
  PlainRing ring(kScopeOnFullBlock, SCOPE_RING_BYTES_MIN, 30);
  PlainReader reader(&ring.header());
  const uint64_t kept = ring.RecordsMax();
  uint64_t i = 0;
  while (i < kept + 10'000) ring.Write(i++);
  // One wait, not one for each of the 39 uses of scratch.
  EXPECT_GE(ring.header().blocked_ns, 30'000'000u);
  EXPECT_LT(ring.header().blocked_ns, 1'000'000'000u);
  EXPECT_THAT(reader.Read(), SizeIs(kept));
  EXPECT_EQ(reader.EmittedCount(), i);
  for (int k = 0; k < 300; ++k) ring.Write(i++);
  const auto after = reader.Read();
  ASSERT_FALSE(after.empty());
  ExpectWhole(after);
  EXPECT_EQ(after.back().seq + 1, i);
  const uint64_t dropped = after.front().seq - kept;
  EXPECT_EQ(kept + dropped + after.size(), reader.EmittedCount());
}

TEST(RingWriterTest, DropNewestCountsExactly) {
  PlainRing ring(kScopeOnFullDropNewest);
  PlainReader reader(&ring.header());
  uint64_t written = 0, read = 0, dropped = 0, next = 0;
  for (int round = 0; round < 200; ++round) {
    for (int k = 0; k < 2'000; ++k) ring.Write(written++);
    const auto records = reader.Read();
    ExpectWhole(records);
    for (const PlainRecord& record : records) {
      dropped += record.seq - next;
      next = record.seq + 1;
    }
    read += records.size();
  }
  ring.writer().End();
  EXPECT_EQ(ring.header().blocked_ns, 0u);
  EXPECT_GT(dropped, 0u);
  EXPECT_EQ(ring.header().ended_seq, written);
  EXPECT_EQ(read + dropped + (written - next), written);
}

TEST(RingWriterTest, DropOldestKeepsTheNewest) {
  PlainRing ring(kScopeOnFullDropOldest);
  const uint64_t count = ring.RecordsMax() * 5 + 7;
  for (uint64_t i = 0; i < count; ++i) ring.Write(i);
  scope_ring_header& header = ring.header();
  uint64_t oldest = ~uint64_t{0};
  for (uint64_t slot = 0; slot < header.chunk_count; ++slot) {
    oldest = std::min(oldest, header.chunks[slot].first_seq);
    EXPECT_EQ(header.chunks[slot].number % header.chunk_count, slot);
  }
  EXPECT_GE(oldest, count - ring.RecordsMax());
  EXPECT_EQ(ring.writer().EmittedCount(), count);
}

TEST(RingWriterTest, StoppedSessionDropsAndComesBack) {
  PlainRing ring(kScopeOnFullBlock, SCOPE_RING_BYTES_MIN, 10'000);
  PlainReader reader(&ring.header());
  ring.session().state = kScopeSessionStopped;
  uint64_t i = 0;
  while (i < 5'000) ring.Write(i++);
  const size_t before = reader.Read().size();
  EXPECT_LT(before, ring.RecordsMax());
  ring.session().state = kScopeSessionOpen;
  while (i < 5'600) ring.Write(i++);
  const auto records = reader.Read();
  EXPECT_THAT(records, SizeIs(::testing::Gt(200u)));
  ExpectWhole(records);
  EXPECT_EQ(ring.header().blocked_ns, 0u);
  EXPECT_EQ(reader.EmittedCount(), i);
}

TEST(RingWriterTest, CollectorThatDiesEndsTheWait) {
  const pid_t collector = fork();
  if (collector == 0) {
    pause();
    _exit(0);
  }
  scope_session shared = {};
  shared.state = kScopeSessionOpen;
  shared.block_timeout_ms = 60'000;
  shared.collector_pid = static_cast<uint32_t>(collector);
  Session session = MakeSession(&shared);
  EXPECT_FALSE(IsCollectorGone(session));
  kill(collector, SIGKILL);
  waitpid(collector, nullptr, 0);
  scope_ring_header ring = {};
  ring.chunk_count = 4;
  WaitForReader(session, ring, 4);
  EXPECT_TRUE(IsOver(session));
  EXPECT_LT(ring.blocked_ns, 5'000'000'000u);
}

}  // namespace
}  // namespace scope::runtime
