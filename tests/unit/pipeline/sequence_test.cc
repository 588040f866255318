#include "pipeline/stages/sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/trace/made_trace.h"

namespace scope::pipeline {
namespace {

using ::testing::ElementsAre;

enum : uint32_t { kEnter, kExit, kValue };

class SequenceTest : public ::testing::Test {
 protected:
  SequenceTest()
      : image_(MakeNodes({{{kScopeEventEnter}, {kScopeEventExit}, {kScopeEventInit}}})),
        addresses_(NodeAddresses(image_)) {
    round_.nodes = NodeIndex().With(0, *ModuleNodes::Make(0, 0, kNodesAddress, image_));
    round_.ticks_before = 1'000'000;
    round_.ticks_after = 2'000'000;
  }

  Stream& AddStream() {
    auto stream = std::make_unique<Stream>();
    stream->thread = static_cast<uint32_t>(owned_.size());
    owned_.push_back(std::move(stream));
    streams_.push_back(owned_.back().get());
    return *owned_.back();
  }
  void Add(Stream& stream, uint32_t node, uint64_t value) {
    const scope_record record = {addresses_[node], value};
    stream.records.Append(&record, 1);
  }

  // The values of what is put out, in order.
  std::vector<uint64_t> Run() {
    Sequence::Batches full;
    sequence_(round_, streams_, full);
    full.push_back(sequence_.TakeOpen());
    std::vector<uint64_t> values;
    for (const auto& batch : full) {
      EXPECT_EQ(batch->ticket, next_ticket_++);
      for (size_t i = 0; i < batch->records.size(); ++i) values.push_back(batch->records[i].value);
      last_ = batch->gaps;
    }
    return values;
  }

  std::string image_;
  std::vector<uint64_t> addresses_;
  std::vector<std::unique_ptr<Stream>> owned_;
  std::vector<Stream*> streams_;
  Sequence::Round round_;
  Sequence sequence_;
  uint64_t next_ticket_ = 0;
  std::vector<Gap> last_;
};

TEST_F(SequenceTest, StampsOrderTheThreads) {
  Stream& a = AddStream();
  Stream& b = AddStream();
  for (const uint64_t stamp : {100, 300, 500}) Add(a, kEnter, stamp);
  for (const uint64_t stamp : {200, 300, 400}) Add(b, kEnter, stamp);
  EXPECT_THAT(Run(), ElementsAre(100, 200, 300, 300, 400, 500));
}

TEST_F(SequenceTest, ValuesFollowTheirStamp) {
  Stream& a = AddStream();
  Stream& b = AddStream();
  Add(a, kEnter, 100);
  Add(a, kValue, 1);
  Add(a, kEnter, 300);
  Add(b, kEnter, 200);
  Add(b, kValue, 2);
  Add(b, kExit, 301);
  EXPECT_THAT(Run(), ElementsAre(100, 1, 200, 2, 300, 301));
}

TEST_F(SequenceTest, WhatMayBeOvertakenIsCarried) {
  Stream& a = AddStream();
  Stream& b = AddStream();
  Add(a, kEnter, 100);
  Add(a, kEnter, 1'000'001);
  Add(a, kValue, 7);
  Add(b, kEnter, 200);
  EXPECT_THAT(Run(), ElementsAre(100, 200));
  round_.ticks_before = 1'500'000;
  Add(b, kEnter, 1'000'000);
  EXPECT_THAT(Run(), ElementsAre(1'000'000, 1'000'001, 7));
}

TEST_F(SequenceTest, OneBusyThreadIsCutAtTheSameMoment) {
  Stream& a = AddStream();
  AddStream();
  Add(a, kEnter, 100);
  Add(a, kValue, 1);
  Add(a, kEnter, 1'000'001);
  EXPECT_THAT(Run(), ElementsAre(100, 1));
  round_.is_last = true;
  EXPECT_THAT(Run(), ElementsAre(1'000'001));
}

TEST_F(SequenceTest, AThreadThatIsAloneCarriesNothing) {
  Stream& a = AddStream();
  Add(a, kEnter, 100);
  Add(a, kEnter, 1'999'999);
  round_.alone = true;
  EXPECT_THAT(Run(), ElementsAre(100, 1'999'999));
  EXPECT_EQ(a.ticks, 1'999'999u);
}

TEST_F(SequenceTest, AThreadWithMoreInItsRingHoldsTheOthersBack) {
  Stream& a = AddStream();
  Stream& b = AddStream();
  Add(a, kEnter, 100);
  Add(a, kValue, 1);
  a.caught_up = false;
  Add(b, kEnter, 50);
  Add(b, kEnter, 150);
  EXPECT_THAT(Run(), ElementsAre(50, 100, 1));
  a.caught_up = true;
  Add(a, kEnter, 120);
  EXPECT_THAT(Run(), ElementsAre(120, 150));
}

TEST_F(SequenceTest, AStampFromTheFutureStopsNothing) {
  Stream& a = AddStream();
  Stream& b = AddStream();
  Add(a, kEnter, ~uint64_t{0});
  Add(a, kEnter, 300);
  Add(b, kEnter, 200);
  EXPECT_THAT(Run(), ElementsAre(~uint64_t{0}, 200, 300));
}

TEST_F(SequenceTest, AGapStandsBeforeItsSuccessor) {
  Stream& a = AddStream();
  Add(a, kValue, 1);
  a.marks.push_back({.thread_seq = 1, .ticks = 0, .missing = 5, .reason = kScopeGapDropped});
  Add(a, kValue, 2);
  round_.alone = true;
  EXPECT_THAT(Run(), ElementsAre(1, 2));
  ASSERT_EQ(last_.size(), 1u);
  EXPECT_EQ(last_[0].before, 1u);
  EXPECT_EQ(last_[0].thread_seq, 1u);
  EXPECT_EQ(a.next_seq, 7u);
}

TEST_F(SequenceTest, ManyThreadsInManyRoundsLoseAndDoubleNothing) {
  std::mt19937_64 random(3);
  constexpr size_t kThreads = 7;
  for (size_t i = 0; i < kThreads; ++i) AddStream();
  std::vector<uint64_t> clock(kThreads, 1);
  std::vector<uint64_t> written;
  std::vector<uint64_t> read;
  uint64_t now = 1000;
  for (int round = 0; round < 300; ++round) {
    now += 1000;
    round_.ticks_before = now - 300;
    round_.ticks_after = now;
    round_.is_last = round == 299;
    for (size_t i = 0; i < kThreads; ++i) {
      clock[i] = std::max(clock[i], now - 1300);
      for (uint64_t n = random() % 20; n > 0 && clock[i] + 50 < now; --n) {
        clock[i] += random() % 50 + 1;
        Add(*streams_[i], kEnter, clock[i]);
        written.push_back(clock[i]);
      }
      clock[i] = std::max(clock[i], now - 300);  // later ones have later stamps
    }
    for (const uint64_t value : Run()) read.push_back(value);
  }
  EXPECT_TRUE(std::is_sorted(read.begin(), read.end()));
  std::sort(written.begin(), written.end());
  EXPECT_EQ(read, written);
}

TEST_F(SequenceTest, ABatchIsNeverTooLarge) {
  Stream& a = AddStream();
  Stream& b = AddStream();
  for (uint64_t i = 0; i < 100'000; ++i) {
    Add(a, kEnter, 2 * i + 1);
    Add(b, kEnter, 2 * i + 2);
  }
  Sequence::Batches full;
  sequence_(round_, streams_, full);
  full.push_back(sequence_.TakeOpen());
  uint64_t next = 1;
  for (const auto& batch : full) {
    EXPECT_LE(batch->records.size(), SCOPE_EVENTS_IN_BLOCK_MAX);
    for (size_t i = 0; i < batch->records.size(); ++i) {
      ASSERT_EQ(batch->records[i].value, next++);
    }
    ASSERT_EQ(batch->starts.size(), batch->records.size() == 0 ? 0u : 2u);
    for (const ThreadStart& start : batch->starts) {
      const uint64_t first = batch->records[start.thread == batch->runs[0].thread ? 0 : 1].value;
      EXPECT_EQ(start.thread_seq, (first - 1) / 2);
      EXPECT_LT(start.ticks, first);
    }
  }
  EXPECT_EQ(next, 200'001u);
}

}  // namespace
}  // namespace scope::pipeline
