// What is written through the writer that ships is read, and what is missing is counted.

#include "pipeline/stages/ring_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "tests/unit/pipeline/made_ring.h"

namespace scope::pipeline {
namespace {

constexpr size_t kAll = 1u << 20;

TEST(RingReaderTest, RecordsArriveOnceAndInOrder) {
  WrittenRing ring(kScopeOnFullBlock);
  const auto reader = ring.Open();
  Stream stream;
  uint64_t next = 0;
  for (uint64_t round = 0; round < 500; ++round) {
    for (uint64_t i = 0; i < round % 97; ++i) ring.Write(next++);
    reader->Read(kAll, Now(), stream);
    EXPECT_TRUE(stream.caught_up);
    EXPECT_EQ(reader->Read(kAll, Now(), stream), 0u);
  }
  ASSERT_EQ(stream.records.size(), next);
  for (uint64_t i = 0; i < next; ++i) ASSERT_EQ(stream.records[i].value, i);
  EXPECT_EQ(MissingIn(stream).dropped + MissingIn(stream).torn, 0u);
}

TEST(RingReaderTest, ASmallBudgetLosesNothing) {
  WrittenRing ring(kScopeOnFullBlock);
  const auto reader = ring.Open();
  Stream stream;
  for (uint64_t i = 0; i < 300; ++i) ring.Write(i);
  while (reader->Read(7, Now(), stream) == 7) EXPECT_FALSE(stream.caught_up);
  EXPECT_EQ(stream.records.size(), 300u);
}

TEST(RingReaderTest, AThreadThatBlocksLosesNothing) {
  WrittenRing ring(kScopeOnFullBlock);
  const auto reader = ring.Open();
  constexpr uint64_t kCount = 200'000;
  std::thread writer([&] {
    for (uint64_t i = 0; i < kCount; ++i) ring.Write(i);
    ring.writer().End();
  });
  Stream stream;
  while (!reader->over()) {
    if (reader->Read(kAll, Now(), stream) == 0) std::this_thread::yield();
  }
  writer.join();
  ASSERT_EQ(stream.records.size(), kCount);
  for (uint64_t i = 0; i < kCount; ++i) ASSERT_EQ(stream.records[i].value, i);
  EXPECT_EQ(reader->emitted(), kCount);
}

TEST(RingReaderTest, DropNewestIsAGapThatIsExact) {
  WrittenRing ring(kScopeOnFullDropNewest);
  const auto reader = ring.Open();
  constexpr uint64_t kCount = 100'000;
  for (uint64_t i = 0; i < kCount; ++i) ring.Write(i);
  ring.writer().End();
  Stream stream;
  while (!reader->over()) reader->Read(kAll, Now(), stream);
  EXPECT_EQ(stream.records.size() + MissingIn(stream).dropped, kCount);
  EXPECT_EQ(MissingIn(stream).torn, 0u);
  EXPECT_GT(stream.records.size(), 0u);
}

TEST(RingReaderTest, DropOldestNeverShowsARecordInAWrongPlace) {
  WrittenRing ring(kScopeOnFullDropOldest);
  const auto reader = ring.Open();
  constexpr uint64_t kCount = 2'000'000;
  std::thread writer([&] {
    for (uint64_t i = 0; i < kCount; ++i) ring.Write(i);
    ring.writer().End();
  });
  Stream stream;
  uint64_t seq = 0;
  uint64_t stored = 0;
  uint64_t dropped = 0;
  while (!reader->over()) {
    reader->Read(kAll, Now(), stream);
    auto mark = stream.marks.begin();
    for (size_t i = 0; i <= stream.records.size(); ++i) {
      for (; mark != stream.marks.end() && mark->thread_seq <= seq; ++mark) {
        seq += mark->missing;
        dropped += mark->missing;
        EXPECT_NE(mark->reason, uint32_t{kScopeGapTorn});
      }
      if (i == stream.records.size()) break;
      ASSERT_EQ(stream.records[i].value, seq);
      ++seq;
    }
    stored += stream.records.size();
    stream.marks.clear();
    stream.records.Shrink(0);
  }
  writer.join();
  EXPECT_EQ(stored + dropped, kCount);
}

TEST(RingReaderTest, ARecordThatIsNotWrittenIsAwaited) {
  WrittenRing ring(kScopeOnFullBlock);
  const auto reader = ring.Open();
  Stream stream;
  ring.Write(0);
  const uint64_t room = ring.Take(SCOPE_RECORD_BYTES);
  ring.Write(2);
  EXPECT_EQ(reader->Read(kAll, Now(), stream), 1u);
  RingReader::Moment later = Now();
  later.now_ns += 10 * kTornAfterNs;
  EXPECT_EQ(reader->Read(kAll, later, stream), 0u);  // its chunk is open: it may still come
  ScopePutRecord(room, kNode, 1);
  EXPECT_EQ(reader->Read(kAll, Now(), stream), 2u);
  EXPECT_EQ(stream.records[1].value, 1u);
}

TEST(RingReaderTest, InASealedChunkItIsTornAfterAWhile) {
  WrittenRing ring(kScopeOnFullBlock);
  const auto reader = ring.Open();
  Stream stream;
  ring.Take(2 * SCOPE_RECORD_BYTES);
  uint64_t written = 0;
  while (ring.header().chunks_opened < 2) ring.Write(++written);
  EXPECT_EQ(reader->Read(kAll, Now(), stream), 0u);
  RingReader::Moment later = Now();
  later.now_ns += 2 * kTornAfterNs;
  EXPECT_EQ(reader->Read(kAll, later, stream), written);
  EXPECT_EQ(MissingIn(stream).torn, 2u);
}

TEST(RingReaderTest, ADeadWritersLastChunkIsCountedByItsCursor) {
  WrittenRing ring(kScopeOnFullBlock);
  const auto reader = ring.Open();
  Stream stream;
  for (uint64_t i = 0; i < 10; ++i) ring.Write(i);
  ring.Take(3 * SCOPE_RECORD_BYTES);  // killed before it wrote
  reader->Read(kAll, Now(), stream);
  EXPECT_FALSE(reader->over());
  reader->Read(kAll, Now(true), stream);
  EXPECT_TRUE(reader->over());
  EXPECT_EQ(stream.records.size(), 10u);
  EXPECT_EQ(MissingIn(stream).torn, 3u);
  EXPECT_EQ(reader->emitted(), 13u);
}

TEST(RingReaderTest, ADeadWriterInScratchHasDropped) {
  WrittenRing ring(kScopeOnFullDropNewest);
  const auto reader = ring.Open();
  constexpr uint64_t kCount = 50'000;
  for (uint64_t i = 0; i < kCount; ++i) ring.Write(i);
  Stream stream;
  reader->Read(kAll, Now(), stream);
  while (!reader->over()) reader->Read(kAll, Now(true), stream);
  EXPECT_EQ(stream.records.size() + MissingIn(stream).dropped, kCount);
  EXPECT_EQ(MissingIn(stream).torn, 0u);
}

TEST(RingReaderTest, WhatIsReadIsGivenBack) {
  WrittenRing ring(kScopeOnFullDropNewest);
  const auto reader = ring.Open();
  Stream stream;
  for (uint64_t turn = 0; turn < 100; ++turn) {
    const uint64_t records = ring.shape().chunk_bytes / SCOPE_RECORD_BYTES;
    for (uint64_t i = 0; i < records; ++i) ring.Write(i);
    reader->Read(kAll, Now(), stream);
  }
  EXPECT_EQ(MissingIn(stream).dropped, 0u);
}

TEST(RingReaderTest, ARingThatIsSetUpIsNotTouched) {
  WrittenRing ring(kScopeOnFullBlock);
  ring.header().state = kScopeRingNew;
  EXPECT_EQ(RingReader::Open(ring.path(), 0).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(RingReader::Open(ring.path() + "1", 1).status().code(), absl::StatusCode::kNotFound);
}

TEST(RingReaderTest, AFileThatIsCutShortBreaksTheRingOnly) {
  GuardMappedFiles();
  WrittenRing ring(kScopeOnFullBlock);
  const auto reader = ring.Open();
  for (uint64_t i = 0; i < 100; ++i) ring.Write(i);
  ASSERT_EQ(truncate(ring.path().c_str(), 4096), 0);
  Stream stream;
  reader->Read(kAll, Now(), stream);
  EXPECT_NE(reader->broken(), "");
}

TEST(RingReaderTest, HostileHeadersAreRefused) {
  const auto refused = [](auto change) {
    WrittenRing ring(kScopeOnFullBlock);
    change(ring.header());
    return RingReader::Open(ring.path(), 0).status().code() == absl::StatusCode::kInvalidArgument;
  };
  using H = scope_ring_header;
  EXPECT_TRUE(refused([](H& h) { h.magic = 0; }));
  EXPECT_TRUE(refused([](H& h) { h.layout = 2; }));
  EXPECT_TRUE(refused([](H& h) { h.chunk_count = 0; }));
  EXPECT_TRUE(refused([](H& h) { h.chunk_count = 3; }));
  EXPECT_TRUE(refused([](H& h) { h.chunk_count = 128; }));
  EXPECT_TRUE(refused([](H& h) { h.chunk_bytes = 0; }));
  EXPECT_TRUE(refused([](H& h) { h.chunk_bytes = 8192 * 16; }));
  EXPECT_TRUE(refused([](H& h) { h.chunk_bytes = uint64_t{1} << 63; }));
  EXPECT_TRUE(refused([](H& h) { h.data_offset = ~uint64_t{0} & ~uint64_t{15}; }));
  EXPECT_TRUE(refused([](H& h) { h.data_offset = 0; }));
  EXPECT_TRUE(refused([](H& h) { h.data_address = ~uint64_t{0}; }));
  EXPECT_TRUE(refused([](H& h) { h.thread = 1; }));
  EXPECT_TRUE(refused([](H& h) { h.on_full = 7; }));
}

// Whatever a writer does to its ring: no crash, no endless loop.
TEST(RingReaderTest, RandomBytesInALiveRing) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 3000; ++round) {
    WrittenRing ring(kScopeOnFullDropOldest);
    const auto reader = ring.Open();
    for (uint64_t i = 0; i < random() % 600; ++i) ring.Write(i);
    auto* bytes = reinterpret_cast<uint8_t*>(&ring.header());
    for (int change = 0; change < 20; ++change) {
      const uint64_t values[] = {0, 1, random(), ~uint64_t{0}, random() % 4096, random() % 65536};
      const uint64_t value = values[random() % 6];
      std::memcpy(bytes + random() % (sizeof(scope_ring_header) / 8) * 8, &value, 8);
    }
    Stream stream;
    for (int i = 0; i < 5; ++i) reader->Read(4096, Now(i > 2), stream);
    EXPECT_LE(stream.records.size(), 5 * 4096u);
  }
}

}  // namespace
}  // namespace scope::pipeline
