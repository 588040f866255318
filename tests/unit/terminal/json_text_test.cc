// What is written is read back by a parser that is not ours.

#include "viewers/terminal/json_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "fake_trace.h"
#include "scope/wire/block.h"
#include "viewers/terminal/event_json.h"
#include "viewers/terminal/typed_value.h"

namespace scope::viewers {
namespace {

using nlohmann::json;

uint64_t Bits(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

TEST(JsonTextTest, StringsSurvive) {
  for (const std::string& text :
       {std::string("a\"b\\c\n\t\x1b\x7f"), std::string("größe 日本 \u202e"),
        std::string("nul\0inside", 10), std::string()}) {
    EXPECT_EQ(json::parse(JsonString(text)).get<std::string>(), text);
  }
}

TEST(JsonTextTest, NoControlCharacterIsLeft) {
  const std::string written = JsonString("\x1b[2J\r\n\x7f\xc2\x9b\u202e");
  for (const char c : written) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << written;
}

TEST(JsonTextTest, BrokenUtf8IsReplaced) {
  EXPECT_EQ(json::parse(JsonString("a\xff")).get<std::string>(), "a\ufffd");
}

TEST(JsonTextTest, DoublesReadBackExactly) {
  for (const double value : {0.0, 0.1, -1.0 / 3, 1e300, 5e-324, 1e15, 123456789.0}) {
    const json read = json::parse(JsonDouble(value));
    EXPECT_EQ(read.get<double>(), value);
    EXPECT_TRUE(read.is_number_float()) << JsonDouble(value);
  }
  EXPECT_EQ(JsonDouble(std::nan("")), "\"nan\"");
  EXPECT_EQ(JsonDouble(-std::numeric_limits<double>::infinity()), "\"-inf\"");
}

TEST(ValueJsonTest, EachTypeHasItsForm) {
  EXPECT_EQ(ValueJson(kScopeValueNone, 7), "null");
  EXPECT_EQ(ValueJson(kScopeValueBool, 1), "true");
  EXPECT_EQ(ValueJson(kScopeValueI8, ~uint64_t{0}), "-1");
  EXPECT_EQ(ValueJson(kScopeValueI64, uint64_t{1} << 63), "-9223372036854775808");
  EXPECT_EQ(ValueJson(kScopeValueU64, ~uint64_t{0}), "18446744073709551615");
  EXPECT_EQ(ValueJson(kScopeValuePointer, 0x7ffe12), "\"0x7ffe12\"");
  EXPECT_EQ(ValueJson(kScopeValueChar, 'a'), "\"a\"");
  EXPECT_EQ(ValueJson(kScopeValueChar, '\0'), "\"\\u0000\"");
  EXPECT_EQ(ValueJson(kScopeValueChar, static_cast<uint64_t>(-1)), "\"ÿ\"");
  EXPECT_EQ(ValueJson(kScopeValueChar, 256), "256");
  EXPECT_EQ(ValueJson(kScopeValueF64, Bits(0.5)), "0.5");
  EXPECT_EQ(ValueJson(kScopeValueF32, Bits(std::nan(""))), "\"nan\"");
}

TEST(EventJsonTest, HasTheDocumentedKeys) {
  DemoTrace trace;
  EventJson writer;
  std::vector<json> events;
  ASSERT_TRUE(trace
                  .ForEach({},
                           [&](const trace::Event& event) {
                             events.push_back(json::parse(writer.Line(event)));
                             return true;
                           })
                  .ok());
  ASSERT_EQ(events.size(), 21u);
  const json expected = {{"seq", 16},          {"thread", 0},
                         {"thread_seq", 16},   {"time_ns", 5000},
                         {"order", 0},         {"node", "00000000000000a2"},
                         {"kind", "init"},     {"file", "/src/demo.cc"},
                         {"line", 5},          {"col", 3},
                         {"function", "step"}, {"name", "y"},
                         {"value", 4},         {"call", 14}};
  EXPECT_EQ(events[16], expected);
  EXPECT_EQ(events[14]["value"], nullptr);  // An entry's bits are its time stamp.
  EXPECT_EQ(events[14]["call"], 14);
  EXPECT_FALSE(events[14].contains("how"));
  EXPECT_EQ(events[18]["how"], "return");
  EXPECT_EQ(events[18]["call"], 14);
}

TEST(EventJsonTest, UnwoundExitsAndMissingCalls) {
  DemoTrace trace;
  trace::Event exit = trace.Add(trace.main_exit);
  exit.exit_how = kScopeExitUnwind;
  exit.call = trace::kNoCall;
  exit.unwound = 2;
  const json written = json::parse(EventJson().Line(exit));
  EXPECT_EQ(written["how"], "unwind");
  EXPECT_EQ(written["call"], nullptr);
  EXPECT_EQ(written["unwound"], 2);
}

TEST(EventJsonTest, AGapIsAnObjectOfItsOwn) {
  trace::Event gap;
  gap.seq = 5;
  gap.thread = 1;
  gap.thread_seq = 9;
  gap.time_ns = 77;
  gap.gap_count = 12;
  gap.gap_reason = kScopeGapTorn;
  const json expected = {
      {"seq", 5},    {"thread", 1},      {"thread_seq", 9}, {"time_ns", 77},   {"kind", "gap"},
      {"count", 12}, {"reason", "torn"}, {"node", nullptr}, {"name", nullptr}, {"value", nullptr}};
  EXPECT_EQ(json::parse(EventJson().Line(gap)), expected);
}

}  // namespace
}  // namespace scope::viewers
