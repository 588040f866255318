// The look of scope replay, word for word.

#include "viewers/terminal/replay.h"

#include <gtest/gtest.h>

#include "fake_trace.h"
#include "scope/wire/block.h"

namespace scope::viewers {
namespace {

std::string ReplayOf(FakeTrace& trace, const ReplayRange& range = {}) {
  std::string text;
  const auto shown = Replay(trace, range, {}, [&](absl::string_view more) {
    text.append(more.data(), more.size());
    return true;
  });
  EXPECT_TRUE(shown.ok());
  return text;
}

TEST(ReplayTest, CallsParametersAndReturnsShareLines) {
  DemoTrace trace;
  ReplayRange range;
  range.to = Position{.is_time = false, .seq = 8, .time_ns = 0};
  EXPECT_EQ(ReplayOf(trace, range),
            "       seq  thread        time  where       event\n"
            "         0       0        0 ns  demo.cc:9   main()\n"
            "         1       0       \"      demo.cc:10  │ total = 0\n"
            "         2       0      1.0 us  demo.cc:4   │ step(k = 0)\n"
            "         4       0       \"      demo.cc:5   │   y = 0\n"
            "         5       0       \"      demo.cc:6   │ step -> 0\n"
            "         7       0      2.0 us  demo.cc:11  │ total = 0\n"
            "         8       0      3.0 us  demo.cc:4   │ step()\n");
}

TEST(ReplayTest, CountStops) {
  DemoTrace trace;
  ReplayRange range;
  range.from = Position{.is_time = false, .seq = 19, .time_ns = 0};
  range.count = 1;
  EXPECT_EQ(ReplayOf(trace, range),
            "       seq  thread        time  where       event\n"
            "        19       0      6.0 us  demo.cc:11  │ total = 5\n");
}

TEST(ReplayTest, TimesAndThreadsSelect) {
  DemoTrace trace;
  trace.Add(trace.main_enter, 0, /*thread=*/1);
  ReplayRange range;
  range.from = Position{.is_time = true, .seq = 0, .time_ns = 8000};
  EXPECT_EQ(ReplayOf(trace, range),
            "       seq  thread        time  where       event\n"
            "        20       0      8.0 us  demo.cc:13  main ends\n"
            "        21       1      8.0 us  demo.cc:9   main()\n");
  range.thread = 1;
  EXPECT_EQ(ReplayOf(trace, range),
            "       seq  thread        time  where       event\n"
            "        21       1      8.0 us  demo.cc:9   main()\n");
}

TEST(ReplayTest, WithoutAClockThereIsNoTime) {
  DemoTrace trace;
  trace.mutable_info().clock = kScopeClockOff;
  ReplayRange range;
  range.count = 1;
  EXPECT_EQ(ReplayOf(trace, range),
            "       seq  thread  where       event\n"
            "         0       0  demo.cc:9   main()\n");
}

TEST(ReplayTest, LossesUnwindingAndExceptionsAreShown) {
  FakeTrace trace;
  const auto* f = trace.AddFunction("f", 1);
  const auto* enter = trace.AddNode(f, kScopeEventEnter, 1);
  const auto* thrown = trace.AddNode(f, kScopeEventThrow, 2, "std::bad_alloc");
  const auto* exit = trace.AddNode(f, kScopeEventExit, 3);
  trace.Add(enter);
  trace.Add(enter);
  trace.Add(enter);
  trace.AddGap(1500, kScopeGapDropped);
  trace.Unwind(2);
  trace.Add(thrown).unwound = 2;
  trace.Add(exit).exit_how = kScopeExitUnwind;
  trace.AddGap(1, kScopeGapTorn);
  EXPECT_EQ(ReplayOf(trace),
            "       seq  thread        time  where      event\n"
            "         0       0        0 ns  demo.cc:1  f()\n"
            "         1       0       \"      demo.cc:1  │ f()\n"
            "         2       0       \"      demo.cc:1  │   f()\n"
            "         3       0       \"                 "
            "-- 1,500 events missing (dropped: the ring was full, or capture stopped) --\n"
            "         3       0       \"                 -- 2 calls left without an exit --\n"
            "         3       0       \"      demo.cc:2  │ throw std::bad_alloc\n"
            "         4       0       \"      demo.cc:3  f left by an exception\n"
            "         5       0       \"                 "
            "-- 1 event missing (torn: never completely written) --\n");
}

TEST(ReplayTest, ValuesOfOtherCallsDoNotMove) {
  // Between entry and parameter another thread reports: the parameter keeps its own line.
  DemoTrace trace;
  trace.At(9000);
  trace.Add(trace.step_enter, 0, 1);
  trace.Add(trace.step_enter, 0, 2);
  trace.Add(trace.k, 7, 1);
  ReplayRange range;
  range.from = Position{.is_time = false, .seq = 21, .time_ns = 0};
  EXPECT_EQ(ReplayOf(trace, range),
            "       seq  thread        time  where       event\n"
            "        21       1      9.0 us  demo.cc:4   step()\n"
            "        22       2      9.0 us  demo.cc:4   step()\n"
            "        23       1      9.0 us  demo.cc:4   │ k = 7\n");
}

TEST(ReplayTest, ControlCharactersInNamesDoNotReachTheTerminal) {
  FakeTrace trace;
  const auto* f = trace.AddFunction("f\x1b[2J", 1, "/src/a\x07.cc");
  trace.Add(trace.AddNode(f, kScopeEventEnter, 1));
  trace.Add(trace.AddNode(f, kScopeEventBranch, 1, "x\n== 1", kScopeValueBool), 1);
  trace.Add(trace.AddNode(f, kScopeEventExit, 1));
  EXPECT_EQ(ReplayOf(trace),
            "       seq  thread        time  where       event\n"
            "         0       0        0 ns  a\\x07.cc:1  f\\x1b[2J()\n"
            "         1       0       \"      a\\x07.cc:1  │ if (x\\n== 1): true\n"
            "         2       0       \"      a\\x07.cc:1  f\\x1b[2J ends\n");
}

TEST(ReplayTest, DeepCallsStayOnTheScreen) {
  FakeTrace trace;
  const auto* enter = trace.AddNode(trace.AddFunction("f", 1), kScopeEventEnter, 1);
  for (int i = 0; i < 1000; ++i) trace.Add(enter);
  const std::string text = ReplayOf(trace);
  EXPECT_LT(text.substr(text.rfind('\n', text.size() - 2)).size(), 120u);
  EXPECT_NE(text.find("[999] f()"), std::string::npos);
}

TEST(ReplayTest, AReaderThatLeavesEndsIt) {
  DemoTrace trace;
  int lines = 0;
  const auto shown = Replay(trace, {}, {}, [&](absl::string_view) { return ++lines < 3; });
  EXPECT_TRUE(shown.ok());
  EXPECT_LE(lines, 4);
}

}  // namespace
}  // namespace scope::viewers
