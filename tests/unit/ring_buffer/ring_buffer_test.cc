// The ring buffer's face: what is written is read once, in order, or counted.

#include "scope/ring_buffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>
#include <vector>

namespace scope {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Numbers = RingBuffer<uint64_t>;
using Strategy = RingBufferOnFull;

std::unique_ptr<Numbers> Make(uint64_t size, Strategy on_full, uint32_t block_timeout_ms = 1) {
  std::string why;
  auto buffer = Numbers::Create(
      {.size = size, .on_full = on_full, .block_timeout_ms = block_timeout_ms}, &why);
  EXPECT_NE(buffer, nullptr) << why;
  return buffer;
}

// Writes from..to-1 and returns how many found room.
uint64_t Write(Numbers& buffer, uint64_t from, uint64_t to) {
  uint64_t kept = 0;
  for (uint64_t i = from; i < to; ++i) kept += buffer.Write(i) ? 1 : 0;
  return kept;
}

std::vector<uint64_t> Values(const Numbers::Batch& batch) {
  std::vector<uint64_t> values;
  for (const Numbers::Item& item : batch.events) values.push_back(item.event);
  return values;
}

void ExpectBalanced(const RingBufferStats& stats) {
  EXPECT_EQ(stats.written, stats.read + stats.dropped + stats.size);
}

TEST(RingBufferTest, HasDefaults) {
  const auto buffer = Numbers::Create();
  ASSERT_NE(buffer, nullptr);
  EXPECT_EQ(buffer->stats().capacity, 4096u);
  EXPECT_EQ(buffer->size(), 0u);
}

TEST(RingBufferTest, OptionsThatAreNoGoodAreRefusedWithOneLine) {
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, uint64_t{3}, uint64_t{1000}, uint64_t{4097},
                              ~uint64_t{0}, uint64_t{1} << 63}) {
    std::string why;
    EXPECT_EQ(Numbers::Create({.size = size}, &why), nullptr) << size;
    EXPECT_THAT(why, AllOf(HasSubstr("size"), Not(HasSubstr("\n")))) << size;
  }
  std::string why;
  EXPECT_EQ(Numbers::Create({.on_full = static_cast<Strategy>(9)}, &why), nullptr);
  EXPECT_THAT(why, HasSubstr("on_full"));
  EXPECT_EQ(Numbers::Create({.size = 3}), nullptr);  // Nobody asks why.
}

TEST(RingBufferTest, GivesBackWhatWasWrittenInOrder) {
  const auto buffer = Make(64, Strategy::kDropNewest);
  EXPECT_FALSE(buffer->Read(0).has_value());
  EXPECT_EQ(Write(*buffer, 0, 5), 5u);
  const auto first = buffer->Read(0);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->event, 0u);
  EXPECT_EQ(first->position, 0u);
  const Numbers::Batch batch = buffer->ReadBatch(1, 100);
  EXPECT_THAT(Values(batch), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(batch.position, 5u);
  EXPECT_EQ(batch.missing, 0u);
  const Numbers::Batch nothing = buffer->ReadBatch(5, 100);
  EXPECT_THAT(nothing.events, IsEmpty());
  EXPECT_EQ(nothing.position, 5u);
}

TEST(RingBufferTest, ABatchHasAtMostAsManyAsAskedFor) {
  const auto buffer = Make(64, Strategy::kDropNewest);
  Write(*buffer, 0, 10);
  EXPECT_THAT(Values(buffer->ReadBatch(0, 3)), ElementsAre(0, 1, 2));
  EXPECT_THAT(buffer->ReadBatch(3, 0).events, IsEmpty());
  EXPECT_THAT(Values(buffer->ReadBatch(3, 3)), ElementsAre(3, 4, 5));
}

// Every size holds exactly so many, whatever came before.
TEST(RingBufferTest, HoldsItsSizeAndNotOneMore) {
  for (const uint64_t size : {2, 4, 8, 64, 512, 4096}) {
    const auto buffer = Make(size, Strategy::kDropNewest);
    uint64_t position = 0;
    for (int lap = 0; lap < 5; ++lap) {
      EXPECT_EQ(Write(*buffer, 0, size + 3), size) << size;
      EXPECT_EQ(buffer->size(), size);
      const Numbers::Batch batch = buffer->ReadBatch(position, 2 * size);
      EXPECT_EQ(batch.events.size(), size);
      position = batch.position;
      EXPECT_EQ(buffer->size(), 0u);
    }
    const RingBufferStats stats = buffer->stats();
    EXPECT_EQ(stats.dropped, 15u);
    ExpectBalanced(stats);
  }
}

// The seed's read_batch left its own position where it was: a full buffer stayed full for ever.
TEST(RingBufferTest, WhatWasReadMakesRoom) {
  const auto buffer = Make(64, Strategy::kDropNewest);
  ASSERT_EQ(Write(*buffer, 0, 64), 64u);
  ASSERT_FALSE(buffer->Write(64));
  EXPECT_EQ(buffer->ReadBatch(0, 64).events.size(), 64u);
  EXPECT_EQ(Write(*buffer, 65, 129), 64u);  // At once: not only when a place for drops is used up.
}

TEST(RingBufferTest, AnEighthIsThereAgainWhenAnEighthWasRead) {
  const auto buffer = Make(64, Strategy::kDropNewest);
  Write(*buffer, 0, 64);
  buffer->ReadBatch(0, 7);
  EXPECT_FALSE(buffer->Write(64));
  buffer->ReadBatch(7, 1);
  EXPECT_EQ(Write(*buffer, 65, 80), 8u);
}

// The seed's workers all began at position 0, and each event was handled by each of them.
TEST(RingBufferTest, AnEventIsGivenOnce) {
  const auto buffer = Make(64, Strategy::kDropNewest);
  Write(*buffer, 0, 10);
  EXPECT_EQ(buffer->ReadBatch(0, 6).events.size(), 6u);
  const Numbers::Batch late = buffer->ReadBatch(0, 100);
  EXPECT_THAT(Values(late), ElementsAre(6, 7, 8, 9));
  EXPECT_EQ(late.missing, 6u);
  EXPECT_EQ(late.position, 10u);
  EXPECT_EQ(buffer->stats().read, 10u);
}

TEST(RingBufferTest, WhatLiesBeforeThePositionIsGivenUp) {
  const auto buffer = Make(64, Strategy::kDropNewest);
  Write(*buffer, 0, 20);
  EXPECT_THAT(Values(buffer->ReadBatch(15, 2)), ElementsAre(15, 16));
  EXPECT_EQ(buffer->size(), 3u);
  const Numbers::Batch ahead = buffer->ReadBatch(1000, 5);
  EXPECT_THAT(ahead.events, IsEmpty());
  EXPECT_EQ(ahead.position, 1000u);
  ExpectBalanced(buffer->stats());
}

TEST(RingBufferTest, DropNewestKeepsTheOldestAndSaysWhereItsGapIs) {
  const auto buffer = Make(16, Strategy::kDropNewest);
  EXPECT_EQ(Write(*buffer, 0, 20), 16u);
  EXPECT_EQ(buffer->stats().dropped, 4u);
  const Numbers::Batch first = buffer->ReadBatch(0, 100);
  EXPECT_EQ(first.events.size(), 16u);
  EXPECT_EQ(first.position, 16u);
  EXPECT_TRUE(buffer->Write(20));
  const Numbers::Batch second = buffer->ReadBatch(first.position, 100);
  ASSERT_EQ(second.events.size(), 1u);
  EXPECT_EQ(second.events[0].position, 20u);
  EXPECT_EQ(second.events[0].event, 20u);
  EXPECT_EQ(second.missing, 4u);
}

TEST(RingBufferTest, DropOldestKeepsTheNewestAndCountsTheRest) {
  const auto buffer = Make(64, Strategy::kDropOldest);
  EXPECT_EQ(Write(*buffer, 0, 65), 65u);
  EXPECT_EQ(buffer->size(), 57u);  // An eighth went for the one.
  EXPECT_EQ(buffer->stats().dropped, 8u);
  Write(*buffer, 65, 1000);
  ExpectBalanced(buffer->stats());
  const uint64_t held = buffer->size();
  EXPECT_GT(held, 64u * 7 / 8);
  const Numbers::Batch batch = buffer->ReadBatch(0, 100);
  ASSERT_EQ(batch.events.size(), held);
  EXPECT_EQ(batch.missing, 1000 - held);
  for (uint64_t i = 0; i < held; ++i) {
    EXPECT_EQ(batch.events[i].event, 1000 - held + i);
    EXPECT_EQ(batch.events[i].position, batch.events[i].event);
  }
}

// Overtaken between two batches: no event of a later lap under an earlier one's number.
TEST(RingBufferTest, AReaderThatWasOvertakenGoesOnWithTheOldest) {
  const auto buffer = Make(64, Strategy::kDropOldest);
  Write(*buffer, 0, 64);
  EXPECT_THAT(Values(buffer->ReadBatch(0, 3)), ElementsAre(0, 1, 2));
  Write(*buffer, 64, 200);
  const Numbers::Batch batch = buffer->ReadBatch(3, 1000);
  EXPECT_EQ(batch.missing + batch.events.size(), 197u);
  for (const Numbers::Item& item : batch.events) EXPECT_EQ(item.event, item.position);
  EXPECT_EQ(batch.events.back().event, 199u);
  EXPECT_EQ(buffer->size(), 0u);
}

TEST(RingBufferTest, BlockWaitsForItsTimeAndThenDrops) {
  const auto buffer = Make(16, Strategy::kBlock, 30);
  EXPECT_EQ(Write(*buffer, 0, 16), 16u);
  EXPECT_FALSE(buffer->Write(16));
  const uint64_t blocked_ns = buffer->stats().blocked_ns;
  EXPECT_GE(blocked_ns, 30'000'000u);
  // It does not wait again before a reader has moved.
  EXPECT_EQ(Write(*buffer, 17, 2017), 0u);
  EXPECT_EQ(buffer->stats().blocked_ns, blocked_ns);
  EXPECT_EQ(buffer->stats().dropped, 2001u);
  EXPECT_EQ(buffer->ReadBatch(0, 100).events.size(), 16u);
  EXPECT_TRUE(buffer->Write(2017));
}

TEST(RingBufferTest, BlockLosesNothingWhileSomebodyReads) {
  constexpr uint64_t kCount = 100'000;
  const auto buffer = Make(64, Strategy::kBlock, 60'000);
  std::thread writer([&] { EXPECT_EQ(Write(*buffer, 0, kCount), kCount); });
  uint64_t position = 0;
  while (position < kCount) {
    const Numbers::Batch batch = buffer->ReadBatch(position, 50);
    for (const Numbers::Item& item : batch.events) ASSERT_EQ(item.event, position++);
    if (batch.events.empty()) std::this_thread::yield();
  }
  writer.join();
  EXPECT_EQ(buffer->stats().dropped, 0u);
}

TEST(RingBufferTest, ClearCountsFromZeroAndReusesNoPosition) {
  for (const Strategy on_full : {Strategy::kDropNewest, Strategy::kDropOldest, Strategy::kBlock}) {
    const auto buffer = Make(64, on_full);
    Write(*buffer, 0, 100);
    buffer->ReadBatch(0, 10);
    buffer->Clear();
    RingBufferStats stats = buffer->stats();
    EXPECT_EQ(stats.size, 0u);
    EXPECT_EQ(stats.written, 0u);
    EXPECT_EQ(stats.read, 0u);
    EXPECT_EQ(stats.dropped, 0u);
    EXPECT_EQ(Write(*buffer, 500, 510), 10u);
    stats = buffer->stats();
    EXPECT_EQ(stats.size, 10u);
    EXPECT_EQ(stats.written, 10u);
    const Numbers::Batch batch = buffer->ReadBatch(10, 100);
    ASSERT_EQ(batch.events.size(), 10u);
    EXPECT_EQ(batch.events[0].event, 500u);
    EXPECT_EQ(batch.events[0].position, 100u);
    EXPECT_EQ(buffer->stats().read, 10u);
    ExpectBalanced(buffer->stats());
  }
}

TEST(RingBufferTest, AfterDestroyNothingIsWrittenOrRead) {
  const auto buffer = Make(64, Strategy::kDropNewest);
  Write(*buffer, 0, 10);
  buffer->ReadBatch(0, 4);
  buffer->Destroy();
  buffer->Destroy();
  EXPECT_FALSE(buffer->Write(10));
  EXPECT_THAT(buffer->ReadBatch(4, 10).events, IsEmpty());
  buffer->Clear();
  EXPECT_EQ(buffer->stats().written, 10u);
  EXPECT_EQ(buffer->stats().dropped, 6u);
}

TEST(RingBufferTest, DestroyWakesAWriterThatWaits) {
  const auto buffer = Make(16, Strategy::kBlock, 3'600'000);
  Write(*buffer, 0, 16);
  std::thread writer([&] { EXPECT_FALSE(buffer->Write(16)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  buffer->Destroy();
  writer.join();
}

TEST(RingBufferTest, EventsOfAnySizeComeBackWhole) {
  struct Event {
    uint64_t number;
    char text[237];
  };
  static_assert(sizeof(Event) % 8 == 0 && sizeof(Event) > 200);
  const auto buffer = RingBuffer<Event>::Create({.size = 32, .on_full = Strategy::kDropOldest});
  uint64_t position = 0;
  for (uint64_t i = 0; i < 500; ++i) {
    Event event{.number = i, .text = {}};
    std::fill(std::begin(event.text), std::end(event.text), static_cast<char>('a' + i % 26));
    ASSERT_TRUE(buffer->Write(event));
    if (i % 50 != 49) continue;
    const auto batch = buffer->ReadBatch(position, 100);
    EXPECT_GT(batch.events.size(), 28u);
    for (const auto& item : batch.events) {
      EXPECT_EQ(item.event.number, item.position);
      const char letter = static_cast<char>('a' + item.position % 26);
      EXPECT_EQ(std::count(std::begin(item.event.text), std::end(item.event.text), letter), 237);
    }
    position = batch.position;
  }
  EXPECT_EQ(position, 500u);
  struct Odd {
    char bytes[3];
  };
  const auto small = RingBuffer<Odd>::Create({.size = 8});
  EXPECT_TRUE(small->Write({{'a', 'b', 'c'}}));
  EXPECT_EQ(std::string(small->Read(0)->event.bytes, 3), "abc");
}

// Several writers and several readers at once.
class ManyThreadsTest : public ::testing::TestWithParam<Strategy> {};
INSTANTIATE_TEST_SUITE_P(Strategies, ManyThreadsTest,
                         ::testing::Values(Strategy::kBlock, Strategy::kDropNewest,
                                           Strategy::kDropOldest));

TEST_P(ManyThreadsTest, EveryEventIsReadOnceOrCounted) {
  constexpr uint64_t kWriters = 4;
  constexpr uint64_t kReaders = 3;
  constexpr uint64_t kEach = 20'000;
  const auto buffer = Make(256, GetParam(), 60'000);
  std::vector<uint64_t> kept(kWriters, 0);
  std::vector<std::vector<Numbers::Item>> items(kReaders);
  std::vector<std::thread> threads;
  std::atomic<uint64_t> writing{kWriters};
  for (uint64_t w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      kept[w] = Write(*buffer, w * kEach, (w + 1) * kEach);
      writing.fetch_sub(1);
    });
  }
  for (uint64_t r = 0; r < kReaders; ++r) {
    threads.emplace_back([&, r] {
      uint64_t position = 0;
      while (true) {
        const bool last = writing.load() == 0;
        const Numbers::Batch batch = buffer->ReadBatch(position, 1 + r * 20);
        items[r].insert(items[r].end(), batch.events.begin(), batch.events.end());
        position = batch.position;
        if (batch.events.empty() && last) break;
        if (batch.events.empty()) std::this_thread::yield();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint64_t> values;
  std::set<uint64_t> positions;
  uint64_t count = 0;
  for (const auto& some : items) {
    count += some.size();
    for (const Numbers::Item& item : some) {
      values.insert(item.event);
      positions.insert(item.position);
    }
    // Of each writer in its order.
    std::vector<uint64_t> last(kWriters, 0);
    for (const Numbers::Item& item : some) {
      uint64_t& before = last[item.event / kEach];
      ASSERT_LE(before, item.event);
      before = item.event;
    }
  }
  EXPECT_EQ(values.size(), count);
  EXPECT_EQ(positions.size(), count);
  const RingBufferStats stats = buffer->stats();
  EXPECT_EQ(stats.written, kWriters * kEach);
  EXPECT_EQ(stats.read, count);
  EXPECT_EQ(stats.size, 0u);
  EXPECT_EQ(stats.dropped, kWriters * kEach - count);
  if (GetParam() == Strategy::kBlock) EXPECT_EQ(stats.dropped, 0u);
  if (GetParam() == Strategy::kDropNewest) {
    EXPECT_EQ(kept[0] + kept[1] + kept[2] + kept[3], count);
  }
}

TEST_P(ManyThreadsTest, ClearMayComeAtAnyTime) {
  const auto buffer = Make(64, GetParam(), 60'000);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    Write(*buffer, 0, 50'000);
    done.store(true);
  });
  while (!done.load()) {
    buffer->Clear();
    const RingBufferStats stats = buffer->stats();
    EXPECT_LE(stats.size, stats.written);
  }
  writer.join();
  buffer->Clear();
  EXPECT_EQ(buffer->stats().written, 0u);
  ExpectBalanced(buffer->stats());
}

}  // namespace
}  // namespace scope
