// Both ends of a ring at once: the writer's steps in one thread, the reader that ships in another.
// ThreadSanitizer sees both, as it cannot where they are two processes.

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <thread>
#include <tuple>

#include "tests/unit/pipeline/made_ring.h"

namespace scope::pipeline {
namespace {

// Every record holds its number.
void WriteAll(WrittenRing& ring, uint64_t count, uint32_t seed) {
  std::minstd_rand random(seed);
  for (uint64_t next = 0; next < count;) {
    // One record, a group, a piece of a wide value: all that fits into one reservation.
    const uint64_t records = std::min<uint64_t>(
        count - next, 1 + random() % (SCOPE_WIDE_BYTES_MAX / SCOPE_RECORD_BYTES));
    const uint64_t room = ring.Take(records * SCOPE_RECORD_BYTES);
    for (uint64_t k = 0; k < records; ++k) {
      ScopePutRecord(room + k * SCOPE_RECORD_BYTES, kNode, next + k);
    }
    next += records;
    if (random() % 4096 == 0) std::this_thread::yield();
  }
  ring.writer().End();
}

struct Sums {
  uint64_t stored = 0;
  Missing missing;
  uint64_t misplaced = 0;
};

void Account(const Stream& stream, uint64_t& seq, Sums& sums) {
  auto mark = stream.marks.begin();
  for (size_t i = 0; i <= stream.records.size(); ++i, ++seq) {
    for (; mark != stream.marks.end() && mark->thread_seq <= seq; ++mark) seq += mark->missing;
    if (i == stream.records.size()) break;
    if (stream.records[i].value != seq) ++sums.misplaced;
  }
  const Missing missing = MissingIn(stream);
  sums.stored += stream.records.size();
  sums.missing.dropped += missing.dropped;
  sums.missing.torn += missing.torn;
}

class BothEndsTest : public ::testing::TestWithParam<std::tuple<scope_on_full, uint64_t>> {};
INSTANTIATE_TEST_SUITE_P(Rings, BothEndsTest,
                         ::testing::Combine(::testing::Values(kScopeOnFullBlock,
                                                              kScopeOnFullDropNewest,
                                                              kScopeOnFullDropOldest),
                                            ::testing::Values(SCOPE_RING_BYTES_MIN, 1u << 20)));

TEST_P(BothEndsTest, EveryRecordIsInItsPlaceOrCounted) {
  const auto [on_full, ring_bytes] = GetParam();
  const uint64_t count = getenv("SCOPE_LONG") != nullptr ? 10'000'000 : 4'000'000;
  for (const uint32_t seed : {1u, 2u}) {
    WrittenRing ring(on_full, ring_bytes);
    ring.session().block_timeout_ms = 60'000;
    const auto reader = ring.Open();
    std::thread writer([&] { WriteAll(ring, count, seed); });
    std::minstd_rand random(seed + 100);
    Sums sums;
    uint64_t seq = 0;
    while (!reader->over() && reader->broken().empty()) {
      Stream stream;
      // Sometimes little, so that the writer comes round to where it is read.
      const size_t budget = random() % 2 == 0 ? 1 + random() % 40 : 1 << 16;
      if (reader->Read(budget, Now(), stream) == 0) std::this_thread::yield();
      Account(stream, seq, sums);
    }
    writer.join();
    EXPECT_EQ(reader->broken(), "");
    EXPECT_EQ(reader->emitted(), count);
    EXPECT_EQ(sums.stored + sums.missing.dropped, count);
    EXPECT_EQ(sums.misplaced, 0u);
    EXPECT_EQ(sums.missing.torn, 0u);  // The writer goes on, so what it has begun it ends.
    if (on_full == kScopeOnFullBlock) EXPECT_EQ(sums.missing.dropped, 0u);
  }
}

}  // namespace
}  // namespace scope::pipeline
