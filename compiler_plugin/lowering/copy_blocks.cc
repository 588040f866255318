#include "compiler_plugin/lowering/copy_blocks.h"

#include "compiler_plugin/lowering/events.h"
#include "compiler_plugin/lowering/link_stub.h"
#include "compiler_plugin/lowering/switch_test.h"
#include "compiler_plugin/lowering/wide_events.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace scope::compiler_plugin {
namespace {

using llvm::BasicBlock;

constexpr uint32_t kUnlikely = 1u << 20;
// Of switches, before the binary's one byte is cheaper.
constexpr size_t kLoadsMax = 1;

// The nodes of a block's events; false: some are not known.
bool AddNodes(const BasicBlock& block, std::vector<TableNode>& nodes) {
  const llvm::Module& module = *block.getModule();
  const llvm::Function* const event = FindEventFunction(module);
  const llvm::Function* const wide_event = FindWideEventFunction(module);
  for (const llvm::Instruction& instruction : block) {
    const auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
    const llvm::Function* const callee = call != nullptr ? call->getCalledFunction() : nullptr;
    if (callee == nullptr || (callee != event && callee != wide_event)) continue;
    const auto node = FindTableNode(call->getArgOperand(0), module.getDataLayout());
    if (!node) return false;
    nodes.push_back(*node);
  }
  return true;
}

llvm::Value* MayReport(llvm::IRBuilderBase& builder, const Blocks& blocks) {
  std::vector<TableNode> nodes;
  if (llvm::all_of(blocks, [&](BasicBlock* block) { return AddNodes(*block, nodes); })) {
    SwitchTest switches(std::move(nodes));
    if (switches.load_count() <= kLoadsMax) {
      switches.Load(builder);
      return switches.Any(builder);
    }
  }
  llvm::Module& module = *builder.GetInsertBlock()->getModule();
  return builder.CreateIsNotNull(builder.CreateAlignedLoad(
      builder.getInt8Ty(), RegisteredVariable(module), llvm::Align(1), /*isVolatile=*/true));
}

class Copier {
 public:
  explicit Copier(const Blocks& blocks)
      : blocks_(blocks), originals_(blocks.begin(), blocks.end()) {}

  // Returns the copy of the first.
  BasicBlock* Copy() {
    for (BasicBlock* block : blocks_) {
      BasicBlock* const copy = llvm::CloneBasicBlock(block, map_, ".quiet", block->getParent());
      map_[block] = copy;
      copies_.push_back(copy);
    }
    llvm::remapInstructionsInBlocks(copies_, map_);
    llvm::SmallVector<llvm::MDNode*> scopes;
    llvm::identifyNoAliasScopesToClone(blocks_, scopes);
    llvm::cloneAndAdaptNoAliasScopes(scopes, copies_, blocks_.front()->getContext(), "quiet");
    for (BasicBlock* block : blocks_) AddToPhis(*block);
    return copies_.front();
  }

  // Once both ways are there: values that are used behind them.
  void JoinValues() {
    for (BasicBlock* block : blocks_) {
      for (llvm::Instruction& instruction : *block) {
        if (!instruction.getType()->isVoidTy()) JoinValue(instruction);
      }
    }
    for (BasicBlock* copy : copies_) DropEvents(*copy);
  }

 private:
  void AddToPhis(BasicBlock& block) {
    for (BasicBlock* next : llvm::successors(&block)) {
      if (originals_.contains(next)) continue;
      for (llvm::PHINode& phi : next->phis()) {
        llvm::Value* const value = phi.getIncomingValueForBlock(&block);
        llvm::Value* const copied = map_.lookup(value);
        phi.addIncoming(copied != nullptr ? copied : value,
                        llvm::cast<BasicBlock>(map_.lookup(&block)));
      }
    }
  }

  void JoinValue(llvm::Instruction& value) {
    llvm::SmallVector<llvm::Use*> outside;
    for (llvm::Use& use : value.uses()) {
      auto* const user = llvm::cast<llvm::Instruction>(use.getUser());
      const auto* const phi = llvm::dyn_cast<llvm::PHINode>(user);
      if (!originals_.contains(phi != nullptr ? phi->getIncomingBlock(use) : user->getParent())) {
        outside.push_back(&use);
      }
    }
    llvm::SmallVector<llvm::DbgValueInst*> shown;
    llvm::SmallVector<llvm::DbgVariableRecord*> shown_records;
    if (value.isUsedByMetadata()) {
      llvm::findDbgValues(shown, &value, &shown_records);
      const auto is_inside = [&](const auto* of) { return originals_.contains(of->getParent()); };
      llvm::erase_if(shown, is_inside);
      llvm::erase_if(shown_records, is_inside);
    }
    if (outside.empty() && shown.empty() && shown_records.empty()) return;
    auto* const copy = llvm::cast<llvm::Instruction>(map_.lookup(&value));
    llvm::SSAUpdater updater;
    updater.Initialize(value.getType(), value.getName());
    updater.AddAvailableValue(value.getParent(), &value);
    updater.AddAvailableValue(copy->getParent(), copy);
    for (llvm::Use* use : outside) updater.RewriteUse(*use);
    updater.UpdateDebugValues(&value, shown);
    updater.UpdateDebugValues(&value, shown_records);
  }

  const Blocks& blocks_;
  const llvm::SmallPtrSet<BasicBlock*, 16> originals_;
  llvm::ValueToValueMapTy map_;
  llvm::SmallVector<BasicBlock*> copies_;
};

}  // namespace

BasicBlock* SplitFirst(BasicBlock* block) {
  if (!block->isEntryBlock()) {
    return block->splitBasicBlock(block->getFirstInsertionPt(), "scope.loud");
  }
  llvm::Instruction* const first = &*block->getFirstNonPHIOrDbgOrAlloca();
  for (llvm::Instruction& instruction : llvm::make_early_inc_range(*block)) {
    auto* const variable = llvm::dyn_cast<llvm::AllocaInst>(&instruction);
    if (variable != nullptr && variable->isStaticAlloca() && first->comesBefore(variable)) {
      variable->moveBefore(first);
    }
  }
  return block->splitBasicBlock(first, "scope.loud");
}

void AddTest(BasicBlock* block, BasicBlock* loud, BasicBlock* quiet, const Blocks& with_events) {
  llvm::Instruction* const end = block->getTerminator();
  llvm::IRBuilder<> builder(end);
  builder.CreateCondBr(MayReport(builder, with_events), loud, quiet,
                       llvm::MDBuilder(block->getContext()).createBranchWeights(1, kUnlikely));
  end->eraseFromParent();
}

void DropEvents(BasicBlock& block) {
  const llvm::Function* const event = FindEventFunction(*block.getModule());
  const llvm::Function* const wide_event = FindWideEventFunction(*block.getModule());
  for (llvm::Instruction& instruction : llvm::make_early_inc_range(block)) {
    auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
    const llvm::Function* const callee = call != nullptr ? call->getCalledFunction() : nullptr;
    if (callee == nullptr || (callee != event && callee != wide_event)) continue;
    llvm::Value* const value = call->getArgOperand(2);
    call->eraseFromParent();
    llvm::RecursivelyDeleteTriviallyDeadInstructions(value);
  }
}

bool CanCopy(const BasicBlock& block) {
  if (block.isEHPad() ||
      !llvm::isa<llvm::BranchInst, llvm::SwitchInst, llvm::ReturnInst, llvm::InvokeInst,
                 llvm::UnreachableInst, llvm::ResumeInst>(block.getTerminator())) {
    return false;
  }
  return llvm::none_of(block, [](const llvm::Instruction& instruction) {
    const auto* const call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    return instruction.getType()->isTokenTy() ||
           (call != nullptr && (call->cannotDuplicate() || call->isConvergent()));
  });
}

BasicBlock* CopyWithoutEvents(const Blocks& blocks) {
  BasicBlock* const test = blocks.front();
  Blocks copied = blocks;
  copied.front() = SplitFirst(test);
  Copier copier(copied);
  BasicBlock* const quiet = copier.Copy();
  AddTest(test, copied.front(), quiet, copied);
  copier.JoinValues();
  return copied.front();
}

}  // namespace scope::compiler_plugin
