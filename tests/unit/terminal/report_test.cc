// Calls, times and losses, and how they are shown.

#include "viewers/terminal/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fake_trace.h"
#include "viewers/terminal/loss_text.h"

namespace scope::viewers {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(FunctionTotalsTest, TotalsAndSelfTimes) {
  DemoTrace trace;
  const auto totals = CollectTotals(trace);
  ASSERT_TRUE(totals.ok());
  ASSERT_EQ(totals->functions.size(), 2u);
  EXPECT_EQ(totals->functions[0].function->name, "main");
  EXPECT_EQ(totals->functions[0].calls, 1u);
  EXPECT_EQ(totals->functions[0].total_ns, 8000);
  EXPECT_EQ(totals->functions[0].self_ns, 5000);
  EXPECT_EQ(totals->functions[1].calls, 3u);
  EXPECT_EQ(totals->functions[1].total_ns, 3000);
  EXPECT_EQ(totals->functions[1].self_ns, 3000);
}

TEST(FunctionTotalsTest, RecursionCountsItsTimeOnce) {
  FakeTrace trace;
  const auto* f = trace.AddFunction("f", 1);
  const auto* enter = trace.AddNode(f, kScopeEventEnter, 1);
  const auto* exit = trace.AddNode(f, kScopeEventExit, 1);
  trace.Add(enter);
  trace.At(10);
  trace.Add(enter);
  trace.At(30);
  trace.Add(exit);
  trace.At(100);
  trace.Add(exit);
  const auto totals = CollectTotals(trace);
  EXPECT_EQ(totals->functions[0].calls, 2u);
  EXPECT_EQ(totals->functions[0].total_ns, 100);
  EXPECT_EQ(totals->functions[0].self_ns, 100);
}

TEST(FunctionTotalsTest, OpenCallsEndWithTheTraceAndUnwoundOnesWhereTheyAreNoticed) {
  FakeTrace trace;
  const auto* f = trace.AddFunction("f", 1);
  const auto* g = trace.AddFunction("g", 2);
  const auto* f_enter = trace.AddNode(f, kScopeEventEnter, 1);
  const auto* g_enter = trace.AddNode(g, kScopeEventEnter, 2);
  const auto* value = trace.AddNode(f, kScopeEventAssign, 3, "x", kScopeValueI32);
  trace.Add(f_enter);
  trace.At(10);
  trace.Add(g_enter);
  trace.At(25);
  trace.Unwind(1);
  trace.Add(value, 1).unwound = 1;
  trace.At(40);
  trace.Add(value, 2);
  const auto totals = CollectTotals(trace);
  EXPECT_EQ(totals->functions[0].function->name, "f");
  EXPECT_EQ(totals->functions[0].total_ns, 40);
  EXPECT_EQ(totals->functions[0].self_ns, 25);
  EXPECT_EQ(totals->functions[1].total_ns, 15);
  EXPECT_EQ(totals->functions[1].unwound, 1u);
}

TEST(FunctionTotalsTest, AnExitWithoutEntryIsLeftOut) {
  FakeTrace trace;
  const auto* f = trace.AddFunction("f", 1);
  trace.Add(trace.AddNode(f, kScopeEventExit, 1));
  EXPECT_TRUE(CollectTotals(trace)->functions.empty());
}

TEST(FunctionTotalsTest, ThreadsDoNotMix) {
  FakeTrace trace;
  const auto* f = trace.AddFunction("f", 1);
  const auto* enter = trace.AddNode(f, kScopeEventEnter, 1);
  const auto* exit = trace.AddNode(f, kScopeEventExit, 1);
  trace.Add(enter, 0, 0);
  trace.At(10);
  trace.Add(enter, 0, 1);
  trace.At(20);
  trace.Add(exit, 0, 0);
  trace.At(40);
  trace.Add(exit, 0, 1);
  EXPECT_EQ(CollectTotals(trace)->functions[0].total_ns, 20 + 30);
}

TEST(ReportTest, TheWholeText) {
  DemoTrace trace;
  trace.AddThread(21, 0);
  const auto totals = CollectTotals(trace);
  EXPECT_EQ(ReportText(trace, *totals, 3, {}),
            "scope.data: 21 events, 0 lost, 1 thread, 8.0 us\n"
            "\n"
            "functions\n"
            "  calls   total    self  function  where\n"
            "      1  8.0 us  5.0 us  main      demo.cc:9\n"
            "      3  3.0 us  3.0 us  step      demo.cc:4\n"
            "\n"
            "busiest nodes\n"
            "  events  share  event  name  function  where\n"
            "       3  14.3%  enter        step      demo.cc:4\n"
            "       3  14.3%  param  k     step      demo.cc:4\n"
            "       3  14.3%  init   y     step      demo.cc:5\n"
            "  and 6 more (--top)\n"
            "\n"
            "threads\n"
            "  thread  process  tid  name  emitted  stored  dropped  torn  waited\n"
            "       0        0  100  demo       21      21        0     0    0 ns\n");
}

TEST(ReportTest, WithoutAClockThereAreNoTimes) {
  DemoTrace trace;
  trace.mutable_info().clock = kScopeClockOff;
  const auto totals = CollectTotals(trace);
  EXPECT_THAT(FunctionTable(trace, *totals, 5, {}), Not(HasSubstr("self")));
  const auto json = nlohmann::json::parse(ReportJson(trace, *totals, 5));
  EXPECT_EQ(json["functions"][0]["total_ns"], nullptr);
}

TEST(ReportTest, JsonKeys) {
  DemoTrace trace;
  trace.AddThread(21, 4, 1);
  const auto json = nlohmann::json::parse(ReportJson(trace, *CollectTotals(trace), 20));
  EXPECT_EQ(json["events"], 21);
  EXPECT_EQ(json["lost"], 5);
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["functions"][1]["name"], "step");
  EXPECT_EQ(json["functions"][1]["calls"], 3);
  EXPECT_EQ(json["functions"][1]["self_ns"], 3000);
  EXPECT_EQ(json["nodes"][2]["name"], "y");
  EXPECT_EQ(json["nodes"][2]["events"], 3);
  EXPECT_EQ(json["threads"][0]["emitted"], 26);
}

TEST(ReportTest, FiltersLeaveFunctionsOut) {
  DemoTrace trace;
  std::vector<bool> nodes;
  for (const trace::Node& node : trace.nodes()) nodes.push_back(node.function->name == "step");
  const auto totals = CollectTotals(trace, &nodes);
  ASSERT_EQ(totals->functions.size(), 1u);
  EXPECT_EQ(totals->functions[0].function->name, "step");
  EXPECT_EQ(totals->events, 15u);
}

TEST(ReportTest, CopiesOfANodeAreOneLine) {
  DemoTrace trace;
  trace.mutable_nodes().back().id = trace.total->id;
  const auto totals = CollectTotals(trace);
  EXPECT_EQ(totals->nodes.size(), 8u);
  EXPECT_EQ(totals->nodes[0].node->name, "total");
  EXPECT_EQ(totals->nodes[0].count, 4u);
}

TEST(ReportTest, ALimitIsSaid) {
  DemoTrace trace;
  const auto totals = CollectTotals(trace, nullptr, 10);
  EXPECT_TRUE(totals->partial);
  EXPECT_EQ(totals->events, 10u);
  EXPECT_FALSE(CollectTotals(trace, nullptr, 21)->partial);
}

TEST(LossTextTest, SaysWhatWouldHaveHelped) {
  DemoTrace trace;
  trace.AddThread(21, 0);
  EXPECT_EQ(LossText(trace.info(), trace::LossesOf(trace.threads())), "0 lost");
  trace.mutable_info().on_full = kScopeOnFullDropNewest;
  trace.mutable_info().ring_bytes = 64 << 10;
  trace.AddThread(992'114, 211'004);
  trace.mutable_info().event_count = 992'135;
  EXPECT_EQ(LossText(trace.info(), trace::LossesOf(trace.threads())),
            "211,004 lost (17.5%) in thread 1; --on-full block or --ring 4M would have kept them");
}

TEST(LossTextTest, NamesTheLimitAndThreadsWithoutRing) {
  DemoTrace trace;
  trace.AddThread(10, 5);
  trace.mutable_info().limit_reached = true;
  trace.mutable_info().dropped_without_ring = 5;
  EXPECT_EQ(LossText(trace.info(), trace::LossesOf(trace.threads())),
            "10 lost (50.0%) in thread 0; 5 of them from threads that could not get a ring; the "
            "size limit was reached: --limit raises it");
}

TEST(LossTextTest, ACutOffRecordingSaysWhatIsWhole) {
  DemoTrace trace;
  EXPECT_EQ(CutOffText(trace.info()), "");
  trace.mutable_info().complete = false;
  trace.mutable_info().recorded_ns = 1'800'000'000;
  EXPECT_EQ(CutOffText(trace.info()), "the recording was cut off at 1.80 s; 21 events can be read");
  trace.mutable_info().damage = "block 7 is broken";
  EXPECT_EQ(CutOffText(trace.info()), "block 7 is broken");
}

}  // namespace
}  // namespace scope::viewers
