// Histories of variables, and scope info.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "fake_trace.h"
#include "viewers/terminal/event_words.h"
#include "viewers/terminal/trace_info_text.h"
#include "viewers/terminal/variable_text.h"

namespace scope::viewers {
namespace {

using ::testing::HasSubstr;

std::vector<VariableHistory> HistoriesOf(FakeTrace& trace, const std::string& pattern) {
  const auto nodes = MatchingNodes(trace, VariablePattern::Parse(pattern), {});
  auto histories = CollectHistories(trace, nodes);
  EXPECT_TRUE(histories.ok());
  return *std::move(histories);
}

std::string TextOf(FakeTrace& trace, const std::string& pattern) {
  std::string text;
  for (const auto& history : HistoriesOf(trace, pattern)) {
    text += VariableText(history, Places(trace.nodes()), {});
  }
  return text;
}

TEST(VariablePatternTest, NameFileAndLine) {
  const auto whole = VariablePattern::Parse("total@src/demo.cc:11");
  EXPECT_EQ(whole.name, "total");
  EXPECT_EQ(whole.file, "src/demo.cc");
  EXPECT_EQ(whole.line, 11u);
  EXPECT_EQ(VariablePattern::Parse("x@a.cc").line, 0u);
  EXPECT_EQ(VariablePattern::Parse("x@a.cc:99999999999").file, "a.cc:99999999999");
  EXPECT_EQ(VariablePattern::Parse("x@a.cc:").file, "a.cc:");
  DemoTrace trace;
  EXPECT_TRUE(VariablePattern::Parse("total@demo.cc:11").Matches(*trace.total));
  EXPECT_TRUE(VariablePattern::Parse("t*@/src/demo.cc").Matches(*trace.total));
  EXPECT_FALSE(VariablePattern::Parse("total@demo.cc:10").Matches(*trace.total));
  EXPECT_FALSE(VariablePattern::Parse("total@emo.cc").Matches(*trace.total));  // Whole parts only.
  EXPECT_FALSE(VariablePattern::Parse("*").Matches(*trace.step_return));
}

TEST(VariableTextTest, AVariableIsAllItsPlaces) {
  DemoTrace trace;
  EXPECT_EQ(TextOf(trace, "total"),
            "total  long  demo.cc:11:3 in main       4 values, 0 lost\n"
            "  first 0   last 5   min 0   max 5   changes 2\n"
            "  at  demo.cc:10 init (1)  demo.cc:11 update (3)\n"
            "  ▁▁▂█\n");
  EXPECT_EQ(TextOf(trace, "total@demo.cc:11"),
            "total  long  demo.cc:11:3 in main       3 values, 0 lost\n"
            "  first 0   last 5   min 0   max 5   changes 2\n"
            "  ▁▂█\n");
}

TEST(VariableTextTest, GlobsGiveEachVariableInSourceOrder) {
  DemoTrace trace;
  const auto histories = HistoriesOf(trace, "*");
  ASSERT_EQ(histories.size(), 3u);
  EXPECT_EQ(histories[0].main_node().name, "k");
  EXPECT_EQ(histories[1].main_node().name, "y");
  EXPECT_EQ(histories[2].main_node().name, "total");
}

TEST(VariableTextTest, LossesOfItsThreadsAreAnUpperBound) {
  DemoTrace trace;
  trace.AddThread(21, 1000);
  trace.AddThread(0, 77);  // Never wrote the variable.
  EXPECT_THAT(TextOf(trace, "total"), HasSubstr("4 values, up to 1,000 lost\n"));
}

TEST(VariableTextTest, NeverWritten) {
  DemoTrace trace;
  trace.AddNode(trace.total->function, kScopeEventAssign, 12, "idle", kScopeValueI32, "int");
  EXPECT_EQ(TextOf(trace, "idle"), "idle  int  demo.cc:12:3 in main       0 values, 0 lost\n");
}

TEST(VariableTextTest, NanHasNoPlaceInTheRange) {
  FakeTrace trace;
  const auto* x =
      trace.AddNode(trace.AddFunction("f", 1), kScopeEventAssign, 2, "x", kScopeValueF64, "double");
  trace.AddDouble(x, std::nan(""));
  trace.AddDouble(x, -2.5);
  trace.AddDouble(x, 1.5);
  trace.AddDouble(x, std::nan(""));
  const auto history = HistoriesOf(trace, "x")[0];
  EXPECT_EQ(history.nan_count, 2u);
  const auto json = nlohmann::json::parse(VariableJson(history));
  EXPECT_EQ(json["min"], -2.5);
  EXPECT_EQ(json["max"], 1.5);
  EXPECT_EQ(json["first"], "nan");
  EXPECT_EQ(json["sparkline"], "▁█");
}

TEST(VariableTextTest, OnlyNanHasNoRange) {
  FakeTrace trace;
  const auto* x =
      trace.AddNode(trace.AddFunction("f", 1), kScopeEventAssign, 2, "x", kScopeValueF64, "double");
  trace.AddDouble(x, std::nan(""));
  const auto json = nlohmann::json::parse(VariableJson(HistoriesOf(trace, "x")[0]));
  EXPECT_EQ(json["min"], nullptr);
  EXPECT_EQ(json["count"], 1);
}

TEST(VariableTextTest, SixtyFourBitsCompareExactly) {
  FakeTrace trace;
  const auto* f = trace.AddFunction("f", 1);
  const auto* u = trace.AddNode(f, kScopeEventAssign, 2, "u", kScopeValueU64);
  const auto* i = trace.AddNode(f, kScopeEventAssign, 3, "i", kScopeValueI64);
  const uint64_t large = ~uint64_t{0};
  for (const auto* node : {u, i}) {
    trace.Add(node, large - 1);
    trace.Add(node, large);
    trace.Add(node, 1);
  }
  EXPECT_EQ(HistoriesOf(trace, "u")[0].max.event().bits, large);
  EXPECT_EQ(HistoriesOf(trace, "u")[0].min.event().bits, 1u);
  EXPECT_EQ(HistoriesOf(trace, "i")[0].max.event().bits, 1u);
  EXPECT_EQ(HistoriesOf(trace, "i")[0].min.event().bits, large - 1);  // -2
}

TEST(VariableTextTest, PointersHaveNoRangeAndNoCurve) {
  FakeTrace trace;
  const auto* p = trace.AddNode(trace.AddFunction("f", 1), kScopeEventParam, 1, "p",
                                kScopeValuePointer, "char *");
  trace.Add(p, 0x1000);
  EXPECT_EQ(TextOf(trace, "p"),
            "p  char *  demo.cc:1:3 in f       1 value, 0 lost\n"
            "  first 0x1000   last 0x1000   changes 0\n");
}

TEST(VariableTextTest, JsonKeys) {
  DemoTrace trace;
  trace.AddThread(21, 2);
  const auto json = nlohmann::json::parse(VariableJson(HistoriesOf(trace, "total")[0]));
  EXPECT_EQ(json["name"], "total");
  EXPECT_EQ(json["type"], "long");
  EXPECT_EQ(json["value_type"], "i64");
  EXPECT_EQ(json["line"], 11);
  EXPECT_EQ(json["function"], "main");
  EXPECT_EQ(json["count"], 4);
  EXPECT_EQ(json["lost"], 2);
  EXPECT_EQ(json["first"], 0);
  EXPECT_EQ(json["last"], 5);
  EXPECT_EQ(json["changes"], 2);
  EXPECT_EQ(json["first_seq"], 1);
  EXPECT_EQ(json["last_seq"], 19);
  EXPECT_EQ(json["threads"], nlohmann::json::array({0}));
  EXPECT_EQ(json["places"].size(), 2u);
}

TEST(PlacesTest, SameNamesGetTheirFolders) {
  FakeTrace trace;
  const auto* a = trace.AddFunction("a", 1, "/src/db/util.cc");
  const auto* b = trace.AddFunction("b", 2, "/src/net/util.cc");
  const auto* c = trace.AddFunction("c", 3, "/src/main.cc");
  for (const auto* function : {a, b, c}) trace.AddNode(function, kScopeEventEnter, function->line);
  const Places places(trace.nodes());
  EXPECT_EQ(places.Where(*a), "db/util.cc:1");
  EXPECT_EQ(places.Where(*b), "net/util.cc:2");
  EXPECT_EQ(places.Where(*c), "main.cc:3");
  EXPECT_EQ(places.Where("", 0), "?");
}

TEST(TraceInfoTest, TextAndJson) {
  DemoTrace trace;
  trace.AddThread(21, 4, 1);
  trace.mutable_info().file_bytes = 1'100'000;
  trace::Module module;
  module.path = "/src/demo\x1b";
  module.build_id = "abcdef";
  module.node_count = 9;
  trace.mutable_modules().push_back(module);
  const std::string text = TraceInfoText(trace, {});
  EXPECT_THAT(text, HasSubstr("trace    scope.data, 1.1 MB, scope 0.1.0\n"));
  EXPECT_THAT(text, HasSubstr("command  ./demo 'two words'\n"));
  EXPECT_THAT(text, HasSubstr("whole    yes, the program ended with 0\n"));
  EXPECT_THAT(text, HasSubstr("      9  abcdef    /src/demo\\x1b\n"));
  EXPECT_THAT(text, HasSubstr("       0        0  100  demo       26      21        4     1"));
  const auto json = nlohmann::json::parse(TraceInfoJson(trace));
  EXPECT_EQ(json["events"], 21);
  EXPECT_EQ(json["modules"][0]["build_id"], "abcdef");
  for (const auto& [key, value] :
       {std::pair("emitted", 26), {"stored", 21}, {"dropped", 4}, {"torn", 1}}) {
    EXPECT_EQ(json["threads"][0][key], value) << key;
  }
  EXPECT_EQ(json["complete"], true);
}

}  // namespace
}  // namespace scope::viewers
