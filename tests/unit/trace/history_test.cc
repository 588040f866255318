// Histories, buckets and counts say what ForEach says, whatever the trace is made of.

#include "scope/trace/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

#include "tests/unit/trace/made_trace.h"

namespace scope::trace {
namespace {

using pipeline::MadeNode;
using pipeline::MadeTrace;

// Two functions of which the nodes are numbered one after the other.
const std::vector<std::vector<MadeNode>> kFunctions = {
    {{kScopeEventEnter},
     {kScopeEventExit},
     {kScopeEventInit, kScopeValueI32},
     {kScopeEventAssign, kScopeValueF64},
     {kScopeEventAssign, kScopeValueU64},
     {kScopeEventInit, kScopeValueObject},
     {kScopeEventLoop, kScopeValueBool}},
    {{kScopeEventEnter}, {kScopeEventExit}, {kScopeEventInit, kScopeValueI64}}};
constexpr uint32_t kWide = 5;

// Events of one node, by ForEach.
std::vector<Event> Expected(TraceReader& reader, uint32_t node, const SeqRange& range) {
  std::vector<bool> nodes(reader.nodes().size());
  nodes[node] = true;
  Selection selection{.first_seq = range.first, .last_seq = range.last, .nodes = &nodes};
  selection.gaps = false;
  return MadeTrace::EventsOf(reader, selection);
}

void ExpectSameHistory(TraceReader& reader, uint32_t node, const SeqRange& range) {
  const std::vector<Event> expected = Expected(reader, node, range);
  for (const uint32_t columns : {0u, 1u, 2u, 4u, 7u}) {
    size_t at = 0;
    const absl::Status status = reader.History(
        {.node = node, .range = range, .columns = columns}, [&](const HistorySpan& span) {
          EXPECT_EQ(span.thread != nullptr, (columns & kHistoryThreads) != 0);
          EXPECT_EQ(span.time_ns != nullptr, (columns & kHistoryTimes) != 0);
          EXPECT_EQ(span.call != nullptr, (columns & kHistoryCalls) != 0);
          for (size_t i = 0; i < span.count; ++i, ++at) {
            if (at >= expected.size()) continue;
            EXPECT_EQ(span.seq[i], expected[at].seq);
            EXPECT_EQ(span.bits[i], expected[at].bits);
            if (span.thread != nullptr) {
              EXPECT_EQ(span.thread[i], expected[at].thread);
            }
            if (span.time_ns != nullptr) {
              EXPECT_EQ(span.time_ns[i], expected[at].time_ns) << node << " " << span.seq[i];
            }
            if (span.call != nullptr) {
              EXPECT_EQ(span.call[i], expected[at].call);
            }
          }
          return true;
        });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(at, expected.size()) << "node " << node;
  }
}

// Every event of the range lies in one bucket, and the bucket says the truth about it.
void ExpectTrueBuckets(TraceReader& reader, uint32_t node, size_t buckets, const SeqRange& range) {
  const std::vector<Event> expected = Expected(reader, node, range);
  const auto result = reader.Pyramid(node, buckets, range);
  ASSERT_TRUE(result.ok()) << result.status();
  if (buckets > 0) {
    EXPECT_LE(result->size(), buckets);
  }
  size_t at = 0;
  for (const Bucket& bucket : *result) {
    BucketFiller filler(reader.nodes()[node].value_type);
    for (uint64_t i = 0; i < bucket.count && at < expected.size(); ++i, ++at) {
      filler.Add(expected[at].seq, expected[at].time_ns, expected[at].bits);
    }
    EXPECT_EQ(bucket.first_seq, filler.bucket().first_seq);
    EXPECT_EQ(bucket.last_seq, filler.bucket().last_seq);
    EXPECT_EQ(bucket.first_time_ns, filler.bucket().first_time_ns);
    EXPECT_EQ(bucket.last_time_ns, filler.bucket().last_time_ns);
    EXPECT_EQ(bucket.count, filler.bucket().count);
    EXPECT_EQ(bucket.min, filler.bucket().min) << node;
    EXPECT_EQ(bucket.max, filler.bucket().max) << node;
    EXPECT_EQ(bucket.first, filler.bucket().first);
    EXPECT_EQ(bucket.last, filler.bucket().last);
  }
  EXPECT_EQ(at, expected.size());
}

// Calls, loops, moments, gaps and wide values of several threads in blocks of several lengths.
class RandomTrace {
 public:
  // Without an end there is no index either, and the reader makes its own.
  RandomTrace(uint32_t seed, size_t blocks, uint32_t events, bool is_complete = true)
      : random_(seed), trace_(kFunctions) {
    for (uint32_t thread = 0; thread < 3; ++thread) trace_.AddThread(thread);
    for (size_t block = 0; block < blocks; ++block) {
      const uint32_t count = 1 + random_() % events;
      for (uint32_t i = 0; i < count; ++i) Step();
      trace_.EndBlock(ticks_);
    }
    trace_.End(is_complete);
  }

  MadeTrace& trace() { return trace_; }

 private:
  void Step() {
    const uint32_t thread = random_() % 17 < 14 ? thread_ : random_() % 3;
    thread_ = thread;
    switch (random_() % 14) {
      case 0:
      case 1:
        return trace_.Add(random_() % 2 == 0 ? 0 : 7, ticks_ += random_() % 90, thread);
      case 2:
      case 3:
        return trace_.Add(random_() % 2 == 0 ? 1 : 8, ticks_ += random_() % 90, thread,
                          random_() % 3);
      case 4:
        if (random_() % 4 == 0) trace_.AddMoment(ticks_ += random_() % 200, thread);
        return;
      case 5:
        if (random_() % 9 == 0) trace_.AddGap(1 + random_() % 5, kScopeGapDropped, thread);
        return;
      case 6:
        return AddWide(thread);
      case 7:
        return trace_.Add(6, random_() % 4 != 0, thread);
      case 8:
      case 9:
        return trace_.Add(3, Double(), thread);
      case 10:
        return trace_.Add(4, random_() % 5 == 0 ? ~uint64_t{0} - random_() % 9 : random_(), thread);
      case 11:
        return trace_.Add(9, random_() << 20, thread);
      default:
        return trace_.Add(2, static_cast<uint64_t>(int64_t{static_cast<int32_t>(random_())}),
                          thread);
    }
  }

  uint64_t Double() {
    if (random_() % 7 == 0)
      return std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN());
    return std::bit_cast<uint64_t>((static_cast<double>(random_()) - 2e9) / 7);
  }

  void AddWide(uint32_t thread) {
    const uint32_t bytes = random_() % 30;
    trace_.Add(kWide, SCOPE_WIDE_HEAD(bytes, 0, bytes), thread);
    for (uint32_t part = 0; part < SCOPE_WIDE_PARTS(bytes); ++part) {
      if (random_() % 23 == 0) return;  // Its end is missing.
      trace_.Add(kWide, random_(), thread, SCOPE_FLAG_PART);
    }
  }

  std::mt19937 random_;
  MadeTrace trace_;
  uint64_t ticks_ = 2000;
  uint32_t thread_ = 0;
};

TEST(HistoryTest, SaysWhatForEachSays) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    RandomTrace made(seed, 1 + seed % 5, seed % 2 == 0 ? 60 : 900);
    const auto reader = made.trace().Open();
    const uint64_t end = MadeTrace::EventsOf(*reader).back().seq;
    for (uint32_t node = 0; node < reader->nodes().size(); ++node) {
      ExpectSameHistory(*reader, node, {});
      ExpectSameHistory(*reader, node, {.first = end / 3, .last = end / 2});
    }
  }
}

TEST(HistoryTest, BucketsHoldEveryEventOnce) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    RandomTrace made(100 + seed, 1 + seed, seed % 2 == 0 ? 60 : 900);
    const auto reader = made.trace().Open();
    const uint64_t end = MadeTrace::EventsOf(*reader).back().seq;
    for (uint32_t node = 0; node < reader->nodes().size(); ++node) {
      for (const size_t buckets : {0, 1, 2, 7, 100, 5000}) {
        ExpectTrueBuckets(*reader, node, buckets, {});
        ExpectTrueBuckets(*reader, node, buckets, {.first = end / 3, .last = end / 2});
      }
    }
  }
}

TEST(HistoryTest, WhatTheIndexSaysIsWhatTheReaderFindsWithoutIt) {
  for (uint32_t seed = 0; seed < 8; ++seed) {
    RandomTrace with(seed, 70, 40);
    RandomTrace without(seed, 70, 40, false);
    const auto indexed = with.trace().Open();
    const auto plain = without.trace().Open();
    EXPECT_NE(plain->info().damage, "");
    for (uint32_t node = 0; node < indexed->nodes().size(); ++node) {
      const auto expected = indexed->Pyramid(node, 0, {});
      const auto found = plain->Pyramid(node, 0, {});
      ASSERT_TRUE(expected.ok() && found.ok());
      ASSERT_EQ(found->size(), expected->size());
      for (size_t i = 0; i < found->size(); ++i) {
        const Bucket& a = (*expected)[i];
        const Bucket& b = (*found)[i];
        EXPECT_EQ(a.first_seq, b.first_seq);
        EXPECT_EQ(a.last_seq, b.last_seq);
        EXPECT_EQ(a.count, b.count);
        EXPECT_EQ(a.min, b.min);
        EXPECT_EQ(a.max, b.max);
        EXPECT_EQ(a.first, b.first);
        EXPECT_EQ(a.last, b.last);
      }
    }
    EXPECT_EQ(*indexed->Counts(), *plain->Counts());
  }
}

TEST(HistoryTest, CountsAreThoseOfForEach) {
  for (uint32_t seed = 0; seed < 12; ++seed) {
    RandomTrace made(200 + seed, 1 + seed % 4, 300);
    const auto reader = made.trace().Open();
    const auto counts = reader->Counts();
    ASSERT_TRUE(counts.ok()) << counts.status();
    std::vector<uint64_t> expected(reader->nodes().size());
    Selection selection;
    selection.gaps = false;
    for (const Event& event : MadeTrace::EventsOf(*reader, selection)) {
      ++expected[event.node->number];
    }
    EXPECT_EQ(*counts, expected);
  }
}

TEST(HistoryTest, ASpikeIsSeenAtAnyZoom) {
  MadeTrace trace({{{kScopeEventInit, kScopeValueI32}}});
  trace.AddThread(0);
  for (uint32_t block = 0; block < 20; ++block) {
    for (uint32_t i = 0; i < 5000; ++i) {
      trace.Add(0, block == 13 && i == 77 ? static_cast<uint64_t>(-900) : i % 10);
    }
    trace.EndBlock();
  }
  trace.End();
  const auto reader = trace.Open();
  for (const size_t buckets : {1, 3, 10, 64, 1000}) {
    const auto result = reader->Pyramid(0, buckets, {});
    ASSERT_TRUE(result.ok());
    size_t spikes = 0;
    for (const Bucket& bucket : *result) spikes += static_cast<int64_t>(bucket.min) == -900;
    EXPECT_EQ(spikes, 1u) << buckets;
  }
}

TEST(HistoryTest, ThreadsAreSelected) {
  RandomTrace made(7, 3, 400);
  const auto reader = made.trace().Open();
  const std::vector<bool> threads = {false, true, false};
  Selection selection;
  selection.threads = &threads;
  std::vector<uint64_t> expected;
  for (const Event& event : MadeTrace::EventsOf(*reader)) {
    if (event.thread == 1) expected.push_back(event.seq);
  }
  std::vector<uint64_t> seen;
  for (const Event& event : MadeTrace::EventsOf(*reader, selection)) seen.push_back(event.seq);
  EXPECT_EQ(seen, expected);
  EXPECT_FALSE(expected.empty());
}

TEST(HistoryTest, ANodeThatIsNotThereIsRefused) {
  RandomTrace made(1, 1, 9);
  const auto reader = made.trace().Open();
  const auto none = [](const HistorySpan&) { return true; };
  EXPECT_TRUE(absl::IsInvalidArgument(reader->History({.node = 99}, none)));
  EXPECT_TRUE(absl::IsInvalidArgument(reader->Pyramid(99, 5, {}).status()));
}

}  // namespace
}  // namespace scope::trace
