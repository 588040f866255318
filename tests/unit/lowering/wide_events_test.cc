// What the hooks of wide values become.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/lowering/lowered.h"

namespace scope::compiler_plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kBytesCall[] = "call void @__scope_report_bytes(";

std::string Node(int k) { return "ptr inttoptr (i64 " + std::to_string(k + 1) + " to ptr)"; }
std::string Value(int k) {
  return "  call void @__scope_report_value(" + Node(k) + ", i64 noundef %a)\n";
}
std::string Bytes(int k) {
  return "  call void @__scope_report_bytes(" + Node(k) + ", ptr %p, i64 24, i64 40)\n";
}
std::string Function(const std::string& code) {
  return "define void @f(i64 %a, ptr %p, x86_fp80 %d) {\n" + code + "  ret void\n}\n";
}

class WideEventsTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Levels, WideEventsTest, ::testing::Values(0, 1, 2, 3));

TEST_P(WideEventsTest, ObjectIsReportedBehindATestOfItsSwitch) {
  const std::string text = Lower(Function(Bytes(4)), GetParam()).Function("f");
  EXPECT_EQ(Count(text, "load volatile i8"), 1);
  EXPECT_EQ(Count(text, kBytesCall), 1);
  EXPECT_THAT(text, HasSubstr("ptr %p, i64 24, i64 40)"));
  EXPECT_THAT(text, Not(HasSubstr("__scope_wide_event")));
}

TEST_P(WideEventsTest, OrderIsKeptAmongOtherEvents) {
  const std::string text = Lower(Function(Value(4) + Bytes(5) + Value(6)), GetParam()).Loud("f");
  const size_t bytes = text.find(kBytesCall);
  ASSERT_NE(bytes, std::string::npos);
  EXPECT_EQ(Count(text.substr(0, bytes), "xaddq"), 1);
  EXPECT_EQ(Count(text.substr(bytes), "xaddq"), 1);
}

TEST_P(WideEventsTest, ValueWithoutAddressIsPutIntoMemory) {
  const std::string number = Lower(Function("  call void @\"__scope_report_wide.long double\"(" +
                                            Node(4) + ", x86_fp80 noundef %d)\n"),
                                   GetParam())
                                 .Function("f");
  EXPECT_EQ(Count(number, "store x86_fp80 %d"), 1);
  EXPECT_THAT(number, HasSubstr("i64 10, i64 10)"));
  const std::string integer = Lower(Function("  call void @\"__scope_report_wide.__int128\"(" +
                                             Node(4) + ", i64 noundef %a, i64 noundef 1)\n"),
                                    GetParam())
                                  .Function("f");
  EXPECT_THAT(integer, HasSubstr("i64 16, i64 16)"));
  EXPECT_EQ(Count(integer, "store i64 %a"), 1);
}

TEST_P(WideEventsTest, AllAreCallsWhenHooksStayCalls) {
  const std::string text =
      Lower(Function(Bytes(4) + "  call void @\"__scope_report_wide.long double\"(" + Node(5) +
                     ", x86_fp80 noundef %d)\n"),
            GetParam(), {.calls = true})
          .Function("f");
  EXPECT_EQ(Count(text, kBytesCall), 2);
  EXPECT_EQ(Count(text, "load volatile"), 0);
  EXPECT_THAT(text, Not(HasSubstr("__scope_report_wide")));
}

TEST_P(WideEventsTest, SwitchCanBeAskedFor) {
  const std::string text = Lower("define i32 @f() {\n  %on = call i32 @__scope_is_on(" + Node(4) +
                                     ")\n  ret i32 %on\n}\n",
                                 GetParam())
                               .Function("f");
  EXPECT_EQ(Count(text, "load volatile i8"), 1);
  EXPECT_THAT(text, Not(HasSubstr("@__scope_is_on")));
}

TEST_P(WideEventsTest, NodeCanBeHandedOn) {
  const Lowered lowered = Lower(
      Function("  %node = call ptr @__scope_node(" + Node(4) + ")\n" +
               "  call void @__scope_report_bytes(ptr %node, ptr %p, i64 8, i64 8)\n") +
          "define void @g(ptr %node, ptr %p) {\n"
          "  call void @__scope_report_bytes(ptr %node, ptr %p, i64 8, i64 8)\n  ret void\n}\n",
      GetParam());
  EXPECT_THAT(lowered.Function("f"), HasSubstr("__scope_tab.f"));
  EXPECT_THAT(lowered.Function("f"), Not(HasSubstr("@__scope_node")));
  EXPECT_THAT(lowered.Function("g"), HasSubstr("@__scope_report_bytes(ptr %node"));
}

TEST_P(WideEventsTest, StubComesAlongWhereOnlyCapturingCodeIs) {
  const Lowered lowered = Lower(
      "define void @g(ptr %node, ptr %p) {\n"
      "  call void @__scope_report_bytes(ptr %node, ptr %p, i64 8, i64 8)\n  ret void\n}\n",
      GetParam());
  EXPECT_FALSE(lowered.module->getFunction("__scope_report_bytes")->isDeclaration());
}

}  // namespace
}  // namespace scope::compiler_plugin
