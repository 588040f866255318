// Beside code with many events stands a copy without, or a twin with them: looked for in the IR
// that the lowering leaves.

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

bool TouchesNodes(const llvm::BasicBlock& block) {
  for (const llvm::Instruction& instruction : block) {
    for (const llvm::Value* operand : instruction.operands()) {
      if (operand->stripInBoundsOffsets()->getName().starts_with("__scope_tab.")) return true;
    }
  }
  return false;
}

// Where a block asks whether an event is on; nullptr: it does not.
const llvm::BranchInst* TestIn(const llvm::BasicBlock& block) {
  const auto* const branch = llvm::dyn_cast<llvm::BranchInst>(block.getTerminator());
  if (branch == nullptr || branch->isUnconditional()) return nullptr;
  for (const llvm::Instruction& instruction : block) {
    const auto* const load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
    if (load == nullptr) continue;
    const llvm::StringRef name = load->getPointerOperand()->stripInBoundsOffsets()->getName();
    if (name != "__scope_registered" && !name.starts_with("__scope_tab.")) continue;
    EXPECT_TRUE(load->isVolatile());
    return branch;
  }
  return nullptr;
}

std::vector<const llvm::BranchInst*> Tests(const llvm::Function& function) {
  std::vector<const llvm::BranchInst*> tests;
  for (const llvm::BasicBlock& block : function) {
    if (const llvm::BranchInst* const test = TestIn(block)) tests.push_back(test);
  }
  return tests;
}

// The blocks that are reached from `block`, up to and with `last`.
std::set<const llvm::BasicBlock*> From(const llvm::BasicBlock* block,
                                       const llvm::BasicBlock* last) {
  std::set<const llvm::BasicBlock*> reached;
  std::vector<const llvm::BasicBlock*> work = {block};
  while (!work.empty()) {
    const llvm::BasicBlock* const next = work.back();
    work.pop_back();
    if (!reached.insert(next).second || next == last) continue;
    work.insert(work.end(), llvm::succ_begin(next), llvm::succ_end(next));
  }
  return reached;
}

int CallsOf(const llvm::Function& function, const std::string& callee) {
  int calls = 0;
  for (const llvm::BasicBlock& block : function) {
    for (const llvm::Instruction& instruction : block) {
      const auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
      if (call == nullptr || call->getCalledFunction() == nullptr) continue;
      calls += call->getCalledFunction()->getName() == callee ? 1 : 0;
    }
  }
  return calls;
}

std::string Loop(const std::string& events) {
  return "define i64 @f(i64 %a, ptr %p) {\n  br label %loop\nloop:\n"
         "  %i = phi i64 [ 0, %0 ], [ %n, %loop ]\n" +
         events +
         "  %n = add i64 %i, 3\n  %c = icmp ult i64 %n, %a\n"
         "  br i1 %c, label %loop, label %end\nend:\n  ret i64 %n\n}\n";
}

class QuietCopiesTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Levels, QuietCopiesTest, ::testing::Values(1, 2, 3));

TEST_P(QuietCopiesTest, AFunctionLeavesItsEventsToATwin) {
  const Lowered lowered = Lower("define void @f(i64 %a) {\n" + Enter() + "  call void @other()\n" +
                                    Value(4, "%a") + "  call void @other()\n  ret void\n}\n",
                                GetParam());
  const llvm::Function& function = *lowered.module->getFunction("f");
  const llvm::Function* const twin = lowered.module->getFunction("f.scope");
  ASSERT_NE(twin, nullptr);
  EXPECT_TRUE(twin->hasInternalLinkage());
  const auto tests = Tests(function);
  ASSERT_EQ(tests.size(), 1u) << lowered.Function("f");
  EXPECT_EQ(tests[0]->getParent(), &function.getEntryBlock());
  for (const llvm::BasicBlock* block : From(tests[0]->getSuccessor(1), nullptr)) {
    EXPECT_FALSE(TouchesNodes(*block)) << lowered.Function("f");
  }
  EXPECT_EQ(CallsOf(function, "other"), 2);
  EXPECT_EQ(Count(lowered.Function("f"), "invoke"), 0);  // Those are for the event of an exception.
  EXPECT_EQ(CallsOf(function, "f.scope"), 1);
  EXPECT_EQ(CallsOf(*twin, "other"), 2);
  EXPECT_TRUE(llvm::any_of(*twin, TouchesNodes));
}

TEST_P(QuietCopiesTest, TheProgramsOwnCleanUpStays) {
  const Lowered lowered =
      Lower("define void @f(i64 %a) personality ptr @personality {\n" + Enter() +
                "  invoke void @other() to label %ok unwind label %bad\nok:\n  ret void\nbad:\n"
                "  %e = landingpad { ptr, i32 } cleanup\n  store volatile i64 1, ptr null\n"
                "  resume { ptr, i32 } %e\n}\n",
            GetParam());
  ASSERT_NE(lowered.module->getFunction("f.scope"), nullptr);
  const std::string quiet = lowered.Function("f");
  EXPECT_EQ(Count(quiet, "invoke void @other"), 1);
  EXPECT_EQ(Count(quiet, "store volatile i64 1"), 1);
  EXPECT_EQ(Count(quiet, "@__scope_report_exit"), 0);
}

TEST_P(QuietCopiesTest, ATwinIsGivenWhatTheFunctionIsGiven) {
  const Lowered lowered = Lower("define void @f(ptr sret(i64) %p, i64 %a, double %d) {\n" +
                                    Enter() + Value(4, "%a") + "  ret void\n}\n",
                                GetParam());
  const auto tests = Tests(*lowered.module->getFunction("f"));
  ASSERT_EQ(tests.size(), 1u) << lowered.Function("f");
  const auto* const call = llvm::dyn_cast<llvm::CallInst>(&tests[0]->getSuccessor(0)->front());
  ASSERT_NE(call, nullptr) << lowered.Function("f");
  EXPECT_TRUE(call->isTailCall());
  ASSERT_EQ(call->arg_size(), 3u);
  for (unsigned i = 0; i < 3; ++i) {
    EXPECT_EQ(call->getArgOperand(i), call->getFunction()->getArg(i));
  }
  EXPECT_TRUE(call->hasStructRetAttr());
}

TEST_P(QuietCopiesTest, WhatCannotBeForwardedHasNoTwin) {
  for (const std::string head :
       {"define void @f(i64 %a, ...)", "define void @f(i64 %a, ptr byval(i64) %p)",
        "define void @f(i64 %a) \"patchable-function-entry\"=\"2\""}) {
    const Lowered lowered =
        Lower(head + " {\n" + Enter() + Value(4, "%a") + "  ret void\n}\n", GetParam());
    EXPECT_EQ(lowered.module->getFunction("f.scope"), nullptr) << head;
    EXPECT_TRUE(llvm::any_of(*lowered.module->getFunction("f"), TouchesNodes)) << head;
  }
}

TEST_P(QuietCopiesTest, EachWayRoundALoopIsTested) {
  const Lowered lowered = Lower(
      Loop(Value(4, "%i") + "  store volatile i64 %i, ptr %p\n" + Value(5, "%a")), GetParam());
  EXPECT_EQ(lowered.module->getFunction("f.scope"), nullptr);
  const auto tests = Tests(*lowered.module->getFunction("f"));
  ASSERT_GE(tests.size(), 1u);
  const llvm::BasicBlock* const head = tests[0]->getParent();
  EXPECT_NE(head, &head->getParent()->getEntryBlock());
  const auto quiet = From(tests[0]->getSuccessor(1), head);
  EXPECT_TRUE(quiet.count(head) == 1) << lowered.Function("f");
  for (const llvm::BasicBlock* block : quiet) {
    if (block != head) EXPECT_FALSE(TouchesNodes(*block));
  }
}

TEST_P(QuietCopiesTest, ForManyNodesTheBinaryIsAsked) {
  std::string events;
  for (int k = 4; k < 10; ++k) {
    events += Value(k, "%i") + "  store volatile i64 %i, ptr %p\n" + Value(10 + k, "%i") +
              "  store volatile i64 %i, ptr %p\n";
  }
  const Lowered few = Lower(Loop(Value(4, "%i") + Value(5, "%i")), GetParam());
  const Lowered many = Lower(Loop(events), GetParam());
  EXPECT_EQ(Count(few.Function("f"), "load volatile i8, ptr @__scope_registered"), 0);
  EXPECT_EQ(Count(many.Function("f"), "load volatile i8, ptr @__scope_registered"), 1);
}

TEST_P(QuietCopiesTest, CodeThatTakesLongIsNotCopied) {
  std::string work;
  for (int i = 0; i < 50; ++i) work += "  store volatile i64 1, ptr %p\n";
  const Lowered lowered =
      Lower("define void @f(ptr %p) {\n" + Value(4, "1") + work + Value(5, "2") + "  ret void\n}\n",
            GetParam());
  EXPECT_EQ(lowered.module->getFunction("f.scope"), nullptr);
  EXPECT_EQ(Count(lowered.Function("f"), "store volatile i64 1"), 50);
}

TEST_P(QuietCopiesTest, OneEventNeedsNoCopy) {
  const Lowered lowered =
      Lower("define void @f(i64 %a) {\n" + Value(4, "%a") + "  ret void\n}\n", GetParam());
  EXPECT_EQ(lowered.module->getFunction("f.scope"), nullptr);
}

TEST_P(QuietCopiesTest, WhatMayReturnTwiceIsNotCopied) {
  const Lowered lowered = Lower(
      "declare i32 @setjmp(ptr) returns_twice\ndefine void @f(ptr %p) {\n" + Value(4, "1") +
          "  %r = call i32 @setjmp(ptr %p) returns_twice\n" + Value(5, "2") + "  ret void\n}\n",
      GetParam());
  EXPECT_EQ(lowered.module->getFunction("f.scope"), nullptr);
  EXPECT_EQ(CallsOf(*lowered.module->getFunction("f"), "setjmp"), 1);
}

}  // namespace
}  // namespace scope::compiler_plugin
