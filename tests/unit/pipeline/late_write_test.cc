// A write that was interrupted by more than a whole ring of others comes late: it hides at most one
// of them, and that is counted.

#include <gtest/gtest.h>

#include "tests/unit/pipeline/made_ring.h"

namespace scope::pipeline {
namespace {

constexpr size_t kAll = 1u << 20;

struct Sums {
  uint64_t stored = 0;
  Missing missing;
};

// Every value is the number of its record.
Sums ReadAll(RingReader& reader) {
  Stream stream;
  while (!reader.over()) reader.Read(kAll, Now(), stream);
  Sums sums{.stored = stream.records.size(), .missing = MissingIn(stream)};
  uint64_t seq = 0;
  auto mark = stream.marks.begin();
  for (size_t i = 0; i < stream.records.size(); ++i, ++seq) {
    for (; mark != stream.marks.end() && mark->thread_seq <= seq; ++mark) seq += mark->missing;
    EXPECT_EQ(stream.records[i].value, seq);
  }
  return sums;
}

TEST(LateWriteTest, OverARingThatOverwritesItHidesAtMostOne) {
  uint64_t hidden = 0;
  for (uint64_t before : {0u, 1u, 200u}) {
    for (uint64_t between = 1; between < 3'000; between += 37) {
      WrittenRing ring(kScopeOnFullDropOldest);
      const auto reader = ring.Open();
      uint64_t seq = 0;
      while (seq < before) ring.Write(seq++);
      const uint64_t late = seq++;
      const uint64_t room = ring.Take(SCOPE_RECORD_BYTES);
      for (uint64_t i = 0; i < between; ++i) ring.Write(seq++);
      ScopePutRecord(room, kNode, late);
      for (uint64_t i = 0; i < 5; ++i) ring.Write(seq++);
      ring.writer().End();
      const Sums sums = ReadAll(*reader);
      EXPECT_EQ(sums.stored + sums.missing.dropped + sums.missing.torn, seq);
      EXPECT_LE(sums.missing.torn, 1u);
      hidden += sums.missing.torn;
    }
  }
  EXPECT_GT(hidden, 0u);  // it does happen
}

}  // namespace
}  // namespace scope::pipeline
