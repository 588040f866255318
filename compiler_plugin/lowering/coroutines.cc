#include "compiler_plugin/lowering/coroutines.h"

#include "compiler_plugin/lowering/hook_calls.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace scope::compiler_plugin {
namespace {

llvm::IntrinsicInst* AsIntrinsic(llvm::Value* value, llvm::Intrinsic::ID id) {
  auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(value);
  return call != nullptr && call->getIntrinsicID() == id ? call : nullptr;
}

class Suspensions {
 public:
  Suspensions(llvm::Function& function, const NodeList& list)
      : function_(function), list_(list), builder_(function.getContext()) {
    llvm::Module& module = *function.getParent();
    points_ = module.getFunction(kSuspendPointHook);
    stamp_hook_ = module.getOrInsertFunction(kEnterHook, builder_.getVoidTy(), builder_.getPtrTy());
    value_hook_ = module.getOrInsertFunction(kValueHook, builder_.getVoidTy(), builder_.getPtrTy(),
                                             builder_.getInt64Ty());
    exit_hook_ = module.getOrInsertFunction(kExitHook, builder_.getVoidTy(), builder_.getPtrTy(),
                                            builder_.getInt32Ty());
  }

  void Place() {
    std::vector<llvm::IntrinsicInst*> suspends;
    std::vector<llvm::CallBase*> points;
    for (llvm::Instruction& instruction : llvm::instructions(function_)) {
      if (auto* suspend = AsIntrinsic(&instruction, llvm::Intrinsic::coro_suspend)) {
        suspends.push_back(suspend);
      } else if (auto* begin = AsIntrinsic(&instruction, llvm::Intrinsic::coro_begin)) {
        frame_ = begin;
      } else if (IsPoint(instruction)) {
        points.push_back(llvm::cast<llvm::CallBase>(&instruction));
      }
    }
    for (llvm::IntrinsicInst* suspend : suspends) {
      auto* const save = AsIntrinsic(suspend->getArgOperand(0), llvm::Intrinsic::coro_save);
      const bool is_final = llvm::cast<llvm::ConstantInt>(suspend->getArgOperand(1))->isOne();
      if (save != nullptr && frame_ != nullptr && !is_final) PlaceAt(*save, *suspend);
    }
    for (llvm::CallBase* point : points) RemoveCall(point);
  }

 private:
  bool IsPoint(const llvm::Instruction& instruction) const {
    const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    return call != nullptr && points_ != nullptr && call->getCalledFunction() == points_;
  }

  // The node of the suspension that `save` begins: the mark stands on the only way to it.
  uint32_t FindNode(const llvm::Instruction& save) const {
    const llvm::Instruction* at = save.getPrevNode();
    for (const llvm::BasicBlock* block = save.getParent(); block != nullptr;) {
      for (; at != nullptr; at = at->getPrevNode()) {
        if (AsIntrinsic(const_cast<llvm::Instruction*>(at), llvm::Intrinsic::coro_save)) {
          return kNoNode;
        }
        if (IsPoint(*at)) return NodeArgument(*llvm::cast<llvm::CallBase>(at), list_);
      }
      block = block->getSinglePredecessor();
      if (block != nullptr) at = block->getTerminator();
    }
    return kNoNode;
  }

  void PlaceAt(llvm::IntrinsicInst& save, llvm::IntrinsicInst& suspend) {
    const uint32_t node = FindNode(save);
    if (node == kNoNode) return;
    PlaceBefore(&save, node, node);
    PlaceWhereAwaitGoesOn(save, suspend, node);
    for (llvm::User* user : suspend.users()) {
      auto* const ways = llvm::dyn_cast<llvm::SwitchInst>(user);
      if (ways != nullptr) PlaceOnWays(*ways, node);
    }
  }

  // 0: the coroutine goes on, 1: it is destroyed.
  void PlaceOnWays(llvm::SwitchInst& ways, uint32_t node) {
    llvm::BasicBlock* const block = ways.getParent();
    llvm::BasicBlock* const resumed = ways.findCaseValue(builder_.getInt8(0))->getCaseSuccessor();
    llvm::BasicBlock* const ended = ways.findCaseValue(builder_.getInt8(1))->getCaseSuccessor();
    PlaceBefore(llvm::SplitEdge(block, resumed)->getTerminator(), node + kResumeBehind, node);
    llvm::Instruction* const end = llvm::SplitEdge(block, ended)->getTerminator();
    PlaceBefore(end, node + kDestroyBehind, node);
    // Before its body has begun there is no guard.
    const uint32_t exit = list_.nodes[node].exit_index;
    if (exit == kNoNode) return;
    builder_.SetInsertPoint(end);
    builder_.CreateCall(exit_hook_, {Node(exit), builder_.getInt32(kScopeExitReturn)})
        ->setDoesNotThrow();
  }

  // await_suspend returned false, or threw.
  void PlaceWhereAwaitGoesOn(llvm::IntrinsicInst& save, llvm::IntrinsicInst& suspend,
                             uint32_t node) {
    llvm::BasicBlock* block = save.getParent();
    while (block != suspend.getParent() && block != nullptr) {
      llvm::Instruction* const end = block->getTerminator();
      if (auto* invoke = llvm::dyn_cast<llvm::InvokeInst>(end)) {
        llvm::SmallVector<llvm::BasicBlock*, 2> pads;
        llvm::SplitLandingPadPredecessors(invoke->getUnwindDest(), block, ".scope", ".other", pads);
        PlaceBefore(pads[0]->getTerminator(), node + kResumeBehind, node);
        block = invoke->getNormalDest();
        continue;
      }
      const auto* branch = llvm::dyn_cast<llvm::BranchInst>(end);
      if (branch == nullptr) return;
      llvm::BasicBlock* const next = branch->getSuccessor(0);
      if (branch->isConditional()) {
        llvm::BasicBlock* const edge = llvm::SplitEdge(block, branch->getSuccessor(1));
        PlaceBefore(edge->getTerminator(), node + kResumeBehind, node);
      }
      block = next;
    }
  }

  // The frame, and that it is left or entered.
  void PlaceBefore(llvm::Instruction* where, uint32_t stamped, uint32_t node) {
    builder_.SetInsertPoint(where);
    builder_.SetCurrentDebugLocation(llvm::DebugLoc());
    llvm::Value* const frame = builder_.CreatePtrToInt(frame_, builder_.getInt64Ty());
    builder_.CreateCall(value_hook_, {Node(node + kFrameBehind), frame})->setDoesNotThrow();
    builder_.CreateCall(stamp_hook_, {Node(stamped)})->setDoesNotThrow();
  }

  llvm::Constant* Node(uint32_t node) {
    llvm::Constant* const number = builder_.getInt64(uint64_t{node} + 1);
    return llvm::ConstantExpr::getIntToPtr(number, builder_.getPtrTy());
  }

  llvm::Function& function_;
  const NodeList& list_;
  llvm::IRBuilder<> builder_;
  llvm::Function* points_;
  llvm::FunctionCallee stamp_hook_;
  llvm::FunctionCallee value_hook_;
  llvm::FunctionCallee exit_hook_;
  llvm::IntrinsicInst* frame_ = nullptr;
};

}  // namespace

void PlaceSuspensions(llvm::Function& function, const NodeList& list) {
  if (function.isPresplitCoroutine()) Suspensions(function, list).Place();
}

}  // namespace scope::compiler_plugin
