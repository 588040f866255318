// What the reader says about events that went through the stages that ship.

#include "scope/trace/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/unit/trace/made_trace.h"

namespace scope::trace {
namespace {

using pipeline::MadeTrace;
using ::testing::HasSubstr;

// Node numbers of two functions: outer (0..3) and inner (4..6).
enum : uint32_t { kEnter, kExit, kInt, kDouble, kInnerEnter, kInnerExit, kInnerInt };

class ReaderTest : public ::testing::Test {
 protected:
  ReaderTest()
      : trace_({{{kScopeEventEnter},
                 {kScopeEventExit},
                 {kScopeEventInit, kScopeValueI32},
                 {kScopeEventAssign, kScopeValueF64}},
                {{kScopeEventEnter}, {kScopeEventExit}, {kScopeEventInit, kScopeValueI64}}}) {
    trace_.AddThread(0);
  }

  std::vector<Event> Finish() {
    trace_.EndBlock();
    trace_.End();
    reader_ = trace_.Open();
    return MadeTrace::EventsOf(*reader_);
  }

  MadeTrace trace_;
  std::unique_ptr<TraceReader> reader_;
};

TEST_F(ReaderTest, NothingIsATraceUntilItIsMade) {
  const auto none = TraceReader::Open("/nonexistent");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("no trace in /nonexistent: "));
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("scope record"));
}

TEST_F(ReaderTest, ValuesTimesAndNumbersSurvive) {
  trace_.Add(kEnter, 2000);
  trace_.Add(kInt, static_cast<uint64_t>(-5));
  trace_.Add(kDouble, 0x3fb999999999999a);
  trace_.Add(kExit, 5000);
  const auto events = Finish();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(static_cast<int64_t>(events[1].bits), -5);
  EXPECT_EQ(FormatValue(events[2].node->value_type, events[2].bits), "0.1");
  EXPECT_EQ(events[0].bits, 2000u);
  EXPECT_EQ(events[3].bits, 5000u);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, i);
    EXPECT_EQ(events[i].thread_seq, i);
    EXPECT_EQ(events[i].call, 0u);
    EXPECT_EQ(events[i].depth, 0u);
  }
  EXPECT_LT(events[0].time_ns, events[3].time_ns);
  EXPECT_EQ(events[1].time_ns, events[0].time_ns);
  EXPECT_EQ(reader_->info().event_count, 4u);
  EXPECT_TRUE(reader_->info().complete);
  EXPECT_EQ(reader_->info().damage, "");
  EXPECT_EQ(reader_->threads()[0].stored, 4u);
}

// A thread took a stamp and was not on a processor for a while, before it wrote what goes with it:
// the collector saw it later than the stamp says.
TEST_F(ReaderTest, TimeInAThreadDoesNotGoBack) {
  trace_.Add(kEnter, 2000);
  trace_.AddMoment(9000);
  trace_.Add(kInt, 1);
  trace_.Add(kExit, 5000);
  trace_.Add(kEnter, 12'000);
  const auto events = Finish();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_LT(events[0].time_ns, events[1].time_ns);
  EXPECT_EQ(events[1].time_ns, events[2].time_ns);
  EXPECT_LT(events[2].time_ns, events[3].time_ns);
  EXPECT_EQ(events[2].bits, 5000u);  // Of the call itself the stamp says more.
}

TEST_F(ReaderTest, AnExitClosesItsCallAndKeepsHow) {
  trace_.Add(kEnter, 2000);
  trace_.Add(kInnerEnter, 2010);
  trace_.Add(kInnerInt, 1);
  trace_.Add(kInnerExit, 2020, 0, kScopeExitUnwind);
  trace_.Add(kInt, 2);
  const auto events = Finish();
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[1].call, 1u);
  EXPECT_EQ(events[1].depth, 1u);
  EXPECT_EQ(events[2].call, 1u);
  EXPECT_EQ(events[3].call, 1u);
  EXPECT_EQ(events[3].depth, 1u);
  EXPECT_EQ(events[3].exit_how, kScopeExitUnwind);
  EXPECT_EQ(events[4].call, 0u);
  EXPECT_EQ(events[4].depth, 0u);
  EXPECT_EQ(events[4].unwound, 0u);
}

TEST_F(ReaderTest, AnOuterExitUnwindsInnerCalls) {
  trace_.Add(kEnter, 2000);
  for (int i = 0; i < 3; ++i) trace_.Add(kInnerEnter, 2010);
  trace_.Add(kExit, 2020);
  const auto events = Finish();
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[4].unwound, 3u);
  EXPECT_EQ(events[4].call, 0u);
  EXPECT_EQ(events[4].depth, 0u);
}

TEST_F(ReaderTest, AValueOfAnOuterFunctionUnwindsInnerCalls) {
  trace_.Add(kEnter, 2000);
  trace_.Add(kInnerEnter, 2010);
  trace_.Add(kInt, 1);
  trace_.Add(kInt, 2);
  const auto events = Finish();
  EXPECT_EQ(events[2].unwound, 1u);
  EXPECT_EQ(events[2].call, 0u);
  EXPECT_EQ(events[3].unwound, 0u);
}

TEST_F(ReaderTest, AnExitWithoutEnterClosesNothing) {
  trace_.Add(kInnerExit, 2000);
  trace_.Add(kEnter, 2010);
  trace_.Add(kInnerExit, 2020);
  trace_.Add(kInt, 1);
  const auto events = Finish();
  EXPECT_EQ(events[0].call, kNoCall);
  EXPECT_EQ(events[2].call, kNoCall);
  EXPECT_EQ(events[3].call, 1u);
}

TEST_F(ReaderTest, WithoutFunctionNodesThereAreNoCalls) {
  trace_.Add(kInt, 1);
  trace_.Add(kInnerInt, 2);
  for (const Event& event : Finish()) EXPECT_EQ(event.call, kNoCall);
}

TEST_F(ReaderTest, CallsAcrossBlocksAndThreads) {
  trace_.AddThread(1);
  trace_.Add(kEnter, 2000);
  trace_.Add(kEnter, 2005, 1);
  trace_.EndBlock(2000);
  trace_.Add(kInt, 1);
  trace_.Add(kInt, 2, 1);
  trace_.Add(kExit, 2100);
  const auto events = Finish();
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[2].call, 0u);
  EXPECT_EQ(events[3].call, 1u);
  EXPECT_EQ(events[3].thread, 1u);
  EXPECT_EQ(events[4].call, 0u);
  EXPECT_EQ(events[4].bits, 2100u);
}

TEST_F(ReaderTest, GapsStandWhereEventsAreMissing) {
  trace_.Add(kEnter, 2000);
  trace_.AddGap(10, kScopeGapDropped);
  trace_.Add(kInt, 1);
  trace_.AddGap(2, kScopeGapTorn);
  const auto events = Finish();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[1].node, nullptr);
  EXPECT_EQ(events[1].gap_count, 10u);
  EXPECT_EQ(events[1].thread_seq, 1u);
  EXPECT_EQ(events[1].seq, 1u);
  EXPECT_EQ(events[2].thread_seq, 11u);
  EXPECT_EQ(events[2].seq, 1u);
  EXPECT_EQ(events[3].gap_reason, uint32_t{kScopeGapTorn});
  const Thread& thread = reader_->threads()[0];
  EXPECT_EQ(thread.emitted, 14u);
  EXPECT_EQ(thread.stored + thread.dropped + thread.torn, thread.emitted);
  EXPECT_EQ(thread.torn, 2u);
}

TEST_F(ReaderTest, CallsThatMayHaveEndedInAGapAreNotUnwound) {
  trace_.Add(kEnter, 2000);
  trace_.Add(kInnerEnter, 2010);
  trace_.AddGap(1, kScopeGapDropped);
  trace_.Add(kExit, 2100);
  const auto events = Finish();
  EXPECT_EQ(events[3].unwound, 0u);
  EXPECT_EQ(events[3].call, 0u);
}

TEST_F(ReaderTest, RecordsWithoutNodeAreTorn) {
  trace_.Add(kInt, 1);
  trace_.AddRecord({0xdead0, 5});
  trace_.AddRecord({0xdead0, 5});
  trace_.Add(kInt, 2);
  const auto events = Finish();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].gap_count, 2u);
  EXPECT_EQ(events[1].gap_reason, uint32_t{kScopeGapTorn});
  EXPECT_EQ(events[2].thread_seq, 3u);
  EXPECT_EQ(events[2].seq, 1u);
}

TEST_F(ReaderTest, ASelectionKeepsCallsAndNumbers) {
  for (uint64_t i = 0; i < 100; ++i) {
    trace_.Add(kEnter, 2000 + i * 10);
    trace_.Add(kInt, i);
    trace_.Add(kExit, 2005 + i * 10);
  }
  Finish();
  std::vector<bool> nodes(reader_->nodes().size());
  nodes[kInt] = true;
  const auto events =
      MadeTrace::EventsOf(*reader_, {.first_seq = 30, .last_seq = 59, .nodes = &nodes});
  ASSERT_EQ(events.size(), 10u);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, 31 + 3 * i);
    EXPECT_EQ(events[i].bits, 10 + i);
    EXPECT_EQ(events[i].call, events[i].seq - 1);
  }
}

TEST_F(ReaderTest, AVisitorMayStopAndStartAgain) {
  for (uint64_t i = 0; i < 10; ++i) trace_.Add(kInt, i);
  Finish();
  int count = 0;
  EXPECT_TRUE(reader_->ForEach({}, [&](const Event&) { return ++count < 3; }).ok());
  EXPECT_EQ(count, 3);
  EXPECT_EQ(MadeTrace::EventsOf(*reader_).size(), 10u);
}

TEST_F(ReaderTest, WithoutEndItSaysThatItWasCutOff) {
  trace_.Add(kEnter, 2000);
  trace_.EndBlock();
  trace_.End(false);
  reader_ = trace_.Open();
  EXPECT_FALSE(reader_->info().complete);
  EXPECT_THAT(reader_->info().damage, HasSubstr("the recording was cut off at "));
  EXPECT_THAT(reader_->info().damage, HasSubstr("1 events are whole"));
  EXPECT_EQ(MadeTrace::EventsOf(*reader_).size(), 1u);
}

}  // namespace
}  // namespace scope::trace
