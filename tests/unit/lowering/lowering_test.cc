// What hooks become: counted in the IR that the lowering leaves behind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "scope/node.h"
#include "tests/unit/lowering/lowered.h"

namespace scope::compiler_plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Node(int k) { return "ptr inttoptr (i64 " + std::to_string(k + 1) + " to ptr)"; }
std::string Value(int k, const std::string& value) {
  return "  call void @__scope_report_value(" + Node(k) + ", i64 noundef " + value + ")\n";
}
std::string Enter(int k) { return "  call void @__scope_report_enter(" + Node(k) + ")\n"; }

// A function `f(i64 %a, ptr %p)` of one block.
std::string OneBlock(const std::string& code) {
  return "define void @f(i64 %a, ptr %p) {\n" + code + "  ret void\n}\n";
}

int Reservations(const Lowered& lowered) { return Count(lowered.Loud("f"), "xaddq"); }

class LoweringTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Levels, LoweringTest, ::testing::Values(0, 1, 2, 3));

TEST_P(LoweringTest, TwoValuesShareOneReservation) {
  const Lowered lowered = Lower(OneBlock(Value(4, "%a") + Value(5, "7")), GetParam());
  const std::string text = lowered.Function("f");
  EXPECT_EQ(Count(text, "xaddq"), 1);
  EXPECT_EQ(Count(text, "load volatile i16"), 1);
  EXPECT_EQ(Count(text, "store atomic i64"), 4);
  EXPECT_EQ(Count(text, "@__scope_emit("), 2);
  EXPECT_EQ(lowered.module->getFunction("__scope_event"), nullptr);
}

TEST_P(LoweringTest, SingleValueCallsTheStubIfItHasARule) {
  const std::string text = Lower(OneBlock(Value(4, "%a")), GetParam()).Function("f");
  EXPECT_EQ(Count(text, "load volatile i8"), 1);
  EXPECT_EQ(Count(text, "xaddq"), 1);
  EXPECT_EQ(Count(text, "@__scope_emit("), 1);
}

TEST_P(LoweringTest, LargeBodiesCallTheStub) {
  std::string work;
  for (int i = 0; i < 50; ++i) work += "  store volatile i64 1, ptr %p\n";
  const Lowered lowered = Lower(OneBlock(work + Value(4, "%a") + Value(5, "7")), GetParam());
  const std::string text = lowered.Function("f");
  EXPECT_EQ(Count(text, "xaddq"), 0);
  EXPECT_EQ(Count(text, "load volatile i16"), 1);
  EXPECT_EQ(Count(text, "@__scope_emit("), 2);
}

TEST_P(LoweringTest, FunctionsThatAreNotOptimisedCallTheStub) {
  const Lowered lowered =
      Lower("define void @f(i64 %a) noinline optnone {\n" + Value(4, "%a") + "  ret void\n}\n",
            GetParam());
  EXPECT_EQ(Reservations(lowered), 0);
  EXPECT_EQ(Count(lowered.Function("f"), "@__scope_emit("), 1);
}

TEST_P(LoweringTest, SmallLoopsOfLargeFunctionsWriteInPlace) {
  std::string work;
  for (int i = 0; i < 100; ++i) work += "  store volatile i64 1, ptr %p\n";
  const Lowered lowered = Lower("define void @f(i64 %a, ptr %p) {\n" + work +
                                    "  br label %loop\nloop:\n" + Value(4, "%a") +
                                    "  %x = load volatile i1, ptr %p\n"
                                    "  br i1 %x, label %loop, label %end\nend:\n" +
                                    Value(5, "%a") + "  ret void\n}\n",
                                GetParam());
  EXPECT_EQ(Reservations(lowered), 1);
  // In the loop only if the node has a rule, behind it always.
  EXPECT_EQ(Count(lowered.Function("f"), "@__scope_emit("), 2);
}

TEST_P(LoweringTest, GroupEndsBeforeWhatMayCrash) {
  for (const char* between :
       {"  call void @other()\n", "  %x = load volatile i64, ptr %p\n", "  fence seq_cst\n",
        "  store i64 1, ptr %p\n", "  call void asm sideeffect \"\", \"\"()\n",
        "  %x = load i64, ptr %p\n  store volatile i64 %x, ptr %p\n",
        "  %d = sdiv i64 1, %a\n  store i64 %d, ptr %p\n"}) {
    const std::string code = Value(4, "%a") + between + Value(5, "%a");
    EXPECT_EQ(Reservations(Lower(OneBlock(code), GetParam())), 2) << between;
  }
}

TEST_P(LoweringTest, GroupGoesOnOverTheProgramsOwnVariables) {
  const std::string code = "  %v = alloca i64\n  store i64 %a, ptr %v\n" + Value(4, "%a") +
                           "  store i64 5, ptr %v\n  %w = load i64, ptr %v\n"
                           "  %d = udiv i64 %w, 3\n" +
                           Value(5, "%d");
  EXPECT_EQ(Reservations(Lower(OneBlock(code), GetParam())), 1);
}

TEST_P(LoweringTest, SeventeenValuesAreTwoGroups) {
  std::string code;
  for (int k = 4; k < 21; ++k) code += Value(k % 10 < 4 ? 4 : k, "%a");
  // For size there is no twin, whose events need no test.
  const Lowered lowered =
      Lower("define void @f(i64 %a) optsize {\n" + code + "  ret void\n}\n", GetParam());
  EXPECT_EQ(Count(lowered.Function("f"), "label %scope.on"), 2);
}

TEST_P(LoweringTest, EntryTakesOnlyItsParameters) {
  const std::string code = Enter(0) + Value(2, "%a");
  const Lowered lowered = Lower(OneBlock(code), GetParam());
  // Entry and parameter; exit.
  EXPECT_EQ(Reservations(lowered), 2);
  EXPECT_EQ(Count(lowered.Loud("f"), "@__scope_due_stamp("), 2);
}

TEST_P(LoweringTest, UndefinedValueIsFrozen) {
  const std::string text = Lower(OneBlock(Value(4, "undef")), GetParam()).Function("f");
  EXPECT_THAT(text, Not(HasSubstr("noundef")));
  EXPECT_EQ(Count(text, "store atomic i64"), 2);
}

TEST_P(LoweringTest, ExitStandsWhereverTheFunctionIsLeft) {
  const std::string start = "define i32 @f(i64 %a, ptr %p) personality ptr @personality {\n";
  const std::string way = "  %c = icmp eq i64 %a, 0\n  br i1 %c, label %one, label %two\n";
  const Lowered lowered =
      Lower("declare i32 @next(i64, ptr)\n" + start + Enter(0) + way +
                "one:\n  call void @other()\n  ret i32 1\n"
                "two:\n  invoke void @other() to label %ok unwind label %bad\n"
                "ok:\n  %t = musttail call i32 @next(i64 %a, ptr %p)\n  ret i32 %t\n"
                "bad:\n  %e = landingpad { ptr, i32 } cleanup\n  resume { ptr, i32 } %e\n}\n",
            GetParam(), {.calls = true});
  const std::string text = lowered.Function("f");
  EXPECT_EQ(Count(text, ", i32 0)"), 1);
  EXPECT_EQ(Count(text, ", i32 2)"), 1);
  EXPECT_LT(text.find(", i32 2)"), text.find("musttail"));
  // Which way of unwinding it is says the exception; the optimiser may join both ways.
  EXPECT_GE(Count(text, "select i1"), 1);
  EXPECT_EQ(Count(text, "invoke void @other()"), 2);
}

TEST_P(LoweringTest, FunctionThatThrowsNothingGetsNoLandingPad) {
  const std::string text =
      Lower("define void @f() nounwind {\n" + Enter(0) + "  call void @other()\n  ret void\n}\n",
            GetParam())
          .Loud("f");
  EXPECT_EQ(Count(text, "landingpad"), 0);
  EXPECT_EQ(Count(text, "@__scope_due_stamp("), 2);
}

TEST_P(LoweringTest, EntryOfAConstructorComesBeforeItsInitialisers) {
  const std::string text =
      Lower(
          "declare void @__scope_entered(ptr)\n"
          "define void @f(i64 %a, ptr %p) {\n  %v = alloca i64\n  store i64 %a, ptr %v\n"
          "  call void @other()\n" +
              Enter(0) + "  %w = load i64, ptr %v\n" + Value(2, "%w") +
              "  call void @__scope_entered(" + Node(0) + ")\n  ret void\n}\n",
          GetParam(), {.calls = true})
          .Function("f");
  const size_t other = text.find("@other()");
  EXPECT_LT(text.find("@__scope_report_enter("), other);
  EXPECT_LT(text.find("@__scope_report_value("), other);
  EXPECT_THAT(text, Not(HasSubstr("__scope_entered")));
}

TEST_P(LoweringTest, LoopLooksAtItsSwitchEveryTime) {
  const Lowered lowered = Lower(
      "define void @f(i64 %a, ptr %p) {\n  br label %loop\nloop:\n"
      "  %i = phi i64 [ 0, %0 ], [ %n, %loop ]\n" +
          Value(4, "%i") +
          "  %n = add i64 %i, 1\n  %c = icmp ult i64 %n, %a\n"
          "  br i1 %c, label %loop, label %end\nend:\n  ret void\n}\n",
      GetParam());
  const std::string text = lowered.Function("f");
  EXPECT_GE(Count(text, "load volatile i8"), 1);
  EXPECT_EQ(Count(text.substr(0, text.find("\nloop")), "load volatile"), 0);
}

TEST_P(LoweringTest, TablesHaveTheLayoutThatTheyPromise) {
  const Lowered lowered = Lower(OneBlock(Enter(0) + Value(4, "%a") + Value(4, "1")) +
                                    "define linkonce_odr void @g() {\n" + Value(14, "1") +
                                    "  ret void\n}\n"
                                    "define void @h() {\n  call void @g()\n  ret void\n}\n",
                                GetParam());
  const llvm::GlobalVariable* table = lowered.module->getNamedGlobal("__scope_tab.f");
  ASSERT_NE(table, nullptr);
  EXPECT_TRUE(table->hasInternalLinkage());
  EXPECT_FALSE(table->isConstant());
  EXPECT_EQ(table->getSection(), SCOPE_NODES_SECTION);
  EXPECT_EQ(table->getAlign(), llvm::Align(16));
  const auto* content = llvm::cast<llvm::ConstantStruct>(table->getInitializer());
  const auto number = [](const llvm::Constant* value) {
    return llvm::cast<llvm::ConstantInt>(value)->getZExtValue();
  };
  EXPECT_EQ(number(content->getOperand(0)), SCOPE_FUNCTION_TABLE_MAGIC);
  EXPECT_EQ(number(content->getOperand(1)), 3u);
  EXPECT_EQ(number(content->getOperand(2)), 77u);
  const llvm::Constant* exit = content->getOperand(4)->getAggregateElement(2u);
  EXPECT_EQ(number(exit->getAggregateElement(0u)), 1001u);
  EXPECT_EQ(number(exit->getAggregateElement(1u)), 16u + 2 * 16 - 2);
  EXPECT_EQ(number(exit->getAggregateElement(2u)), uint64_t{kScopeEventExit});
  int merged = 0;
  for (const llvm::GlobalVariable& global : lowered.module->globals()) {
    if (!global.getName().starts_with("__scope_tab.g.")) continue;
    ++merged;
    EXPECT_TRUE(global.hasLinkOnceODRLinkage() && global.hasHiddenVisibility());
    EXPECT_EQ(global.getComdat()->getName(), global.getName());
  }
  EXPECT_EQ(merged, 1);
}

TEST_P(LoweringTest, ModuleWithoutHooksStaysAsItIs) {
  const Lowered lowered = Lower("define i32 @g() {\n  ret i32 1\n}\n", GetParam());
  EXPECT_EQ(lowered.module->getFunction("__scope_start"), nullptr);
  EXPECT_EQ(lowered.module->getModuleInlineAsm(), "");
}

// Thread-local memory of libraries is scarce.
TEST_P(LoweringTest, WhatMayBePartOfALibraryHasNoThreadLocals) {
  const char* const flags = "!llvm.module.flags = !{!0}\n!0 = !{i32 8, !\"PIC Level\", i32 2}\n";
  const Lowered lowered = Lower(OneBlock(Value(4, "1")) + flags, GetParam());
  for (const llvm::GlobalVariable& global : lowered.module->globals()) {
    EXPECT_FALSE(global.isThreadLocal()) << global.getName().str();
  }
  ASSERT_NE(lowered.module->getNamedValue("__scope_cursor_at"), nullptr);
  const llvm::GlobalValue* const own = lowered.module->getNamedValue("__scope_bind_own");
  ASSERT_NE(own, nullptr);
  EXPECT_TRUE(own->isDeclaration() && own->hasExternalWeakLinkage());
}

TEST_P(LoweringTest, StubTravelsWeakAndHidden) {
  const Lowered lowered = Lower(OneBlock(Value(4, "1")), GetParam());
  for (const char* name :
       {"__scope_start", "__scope_reserve", "__scope_cursor", "__scope_module"}) {
    const llvm::GlobalValue* value = lowered.module->getNamedValue(name);
    ASSERT_NE(value, nullptr) << name;
    EXPECT_TRUE(value->hasWeakLinkage() && value->hasHiddenVisibility()) << name;
    ASSERT_NE(value->getComdat(), nullptr) << name;
    EXPECT_EQ(value->getComdat()->getName(), name);
  }
  EXPECT_EQ(lowered.module->getNamedValue("__scope_report_mark"), nullptr);  // Not needed here.
  EXPECT_THAT(lowered.module->getModuleInlineAsm(), HasSubstr("map \\042\\134\\001\\377"));
}

}  // namespace
}  // namespace scope::compiler_plugin
