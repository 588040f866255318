// Beside code with many events stands a copy without: looked for in the IR that the lowering
// leaves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "llvm/IR/CFG.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "tests/unit/lowering/lowered.h"

namespace scope::compiler_plugin {
namespace {

std::string Event(int k, const std::string& hook, const std::string& arguments = "") {
  return "  call void @__scope_report_" + hook + "(ptr inttoptr (i64 " + std::to_string(k + 1) +
         " to ptr)" + arguments + ")\n";
}
std::string Enter() { return Event(0, "enter"); }
std::string Value(int k, const std::string& value) { return Event(k, "value", ", i64 " + value); }

// The blocks that look whether the binary is registered.
std::vector<const llvm::BranchInst*> Tests(const Lowered& lowered) {
  std::vector<const llvm::BranchInst*> tests;
  const llvm::GlobalVariable* const registered =
      lowered.module->getNamedGlobal("__scope_registered");
  if (registered == nullptr) return tests;
  for (const llvm::User* user : registered->users()) {
    const auto* const load = llvm::dyn_cast<llvm::LoadInst>(user);
    if (load == nullptr || load->getFunction()->getName() != "f") continue;
    EXPECT_TRUE(load->isVolatile());
    tests.push_back(llvm::cast<llvm::BranchInst>(load->getParent()->getTerminator()));
  }
  return tests;
}

bool TouchesNodes(const llvm::BasicBlock& block) {
  for (const llvm::Instruction& instruction : block) {
    for (const llvm::Value* operand : instruction.operands()) {
      if (operand->stripInBoundsOffsets()->getName().starts_with("__scope_tab.")) return true;
    }
  }
  return false;
}

// The blocks that are reached from `block` without another test.
std::set<const llvm::BasicBlock*> From(const llvm::BasicBlock* block,
                                       const std::vector<const llvm::BranchInst*>& tests) {
  std::set<const llvm::BasicBlock*> reached;
  std::vector<const llvm::BasicBlock*> work = {block};
  while (!work.empty()) {
    const llvm::BasicBlock* const next = work.back();
    work.pop_back();
    if (!reached.insert(next).second) continue;
    if (std::find(tests.begin(), tests.end(), next->getTerminator()) != tests.end()) continue;
    work.insert(work.end(), llvm::succ_begin(next), llvm::succ_end(next));
  }
  return reached;
}

class QuietCopiesTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Levels, QuietCopiesTest, ::testing::Values(1, 2, 3));

TEST_P(QuietCopiesTest, ManyEventsCostOneTest) {
  const Lowered lowered = Lower("define void @f(i64 %a) {\n" + Enter() + "  call void @other()\n" +
                                    Value(4, "%a") + "  call void @other()\n  ret void\n}\n",
                                GetParam());
  const auto tests = Tests(lowered);
  ASSERT_EQ(tests.size(), 1u);
  EXPECT_EQ(tests[0]->getParent(), &tests[0]->getFunction()->getEntryBlock());
  int quiet_calls = 0;
  for (const llvm::BasicBlock* block : From(tests[0]->getSuccessor(1), tests)) {
    if (block->isLandingPad()) continue;
    EXPECT_FALSE(TouchesNodes(*block)) << lowered.Function("f");
    for (const llvm::Instruction& instruction : *block) {
      const auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      if (call != nullptr && call->getCalledFunction() != nullptr) {
        quiet_calls += call->getCalledFunction()->getName() == "other" ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(quiet_calls, 2);
}

TEST_P(QuietCopiesTest, EachWayRoundALoopIsTested) {
  const Lowered lowered = Lower(
      "define i64 @f(i64 %a, ptr %p) {\n  br label %loop\nloop:\n"
      "  %i = phi i64 [ 0, %0 ], [ %n, %loop ]\n" +
          Value(4, "%i") + "  store volatile i64 %i, ptr %p\n" + Value(5, "%a") +
          "  %n = add i64 %i, 3\n  %c = icmp ult i64 %n, %a\n"
          "  br i1 %c, label %loop, label %end\nend:\n  ret i64 %n\n}\n",
      GetParam());
  const auto tests = Tests(lowered);
  ASSERT_GE(tests.size(), 1u);
  const llvm::BasicBlock* const head = tests[0]->getParent();
  EXPECT_NE(head, &head->getParent()->getEntryBlock());
  const auto quiet = From(tests[0]->getSuccessor(1), tests);
  EXPECT_TRUE(quiet.count(head) == 1) << lowered.Function("f");
  for (const llvm::BasicBlock* block : quiet) EXPECT_FALSE(TouchesNodes(*block));
}

TEST_P(QuietCopiesTest, CodeThatTakesLongIsNotCopied) {
  std::string work;
  for (int i = 0; i < 50; ++i) work += "  store volatile i64 1, ptr %p\n";
  const Lowered lowered =
      Lower("define void @f(ptr %p) {\n" + Value(4, "1") + work + Value(5, "2") + "  ret void\n}\n",
            GetParam());
  EXPECT_TRUE(Tests(lowered).empty());
  EXPECT_EQ(Count(lowered.Function("f"), "store volatile i64 1"), 50);
}

TEST_P(QuietCopiesTest, OneEventNeedsNoCopy) {
  const Lowered lowered =
      Lower("define void @f(i64 %a) {\n" + Value(4, "%a") + "  ret void\n}\n", GetParam());
  EXPECT_TRUE(Tests(lowered).empty());
}

TEST_P(QuietCopiesTest, WhatMayReturnTwiceIsNotCopied) {
  const Lowered lowered = Lower(
      "declare i32 @setjmp(ptr) returns_twice\ndefine void @f(ptr %p) {\n" + Value(4, "1") +
          "  %r = call i32 @setjmp(ptr %p) returns_twice\n" + Value(5, "2") + "  ret void\n}\n",
      GetParam());
  EXPECT_TRUE(Tests(lowered).empty());
}

}  // namespace
}  // namespace scope::compiler_plugin
