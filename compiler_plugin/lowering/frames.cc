#include "compiler_plugin/lowering/frames.h"

#include "compiler_plugin/lowering/hook_calls.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"

namespace scope::compiler_plugin {
namespace {

llvm::CallBase* FindCall(llvm::Function& function, const char* hook) {
  const llvm::Function* const callee = function.getParent()->getFunction(hook);
  if (callee == nullptr) return nullptr;
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    if (call != nullptr && call->getCalledFunction() == callee) return call;
  }
  return nullptr;
}

// Behind the variables of the function and the arguments that are stored in them.
llvm::Instruction* StartOf(llvm::Function& function) {
  llvm::Instruction* start = nullptr;
  for (llvm::Instruction& instruction : function.getEntryBlock()) {
    const auto* store = llvm::dyn_cast<llvm::StoreInst>(&instruction);
    const bool keeps_argument = store != nullptr && llvm::isa<llvm::Argument>(store->getOperand(0));
    if (keeps_argument || llvm::isa<llvm::AllocaInst>(instruction)) {
      start = instruction.getNextNode();
    } else if (llvm::isa<llvm::CallBase>(instruction) &&
               !llvm::isa<llvm::IntrinsicInst>(instruction)) {
      break;
    }
  }
  return start != nullptr ? start : &*function.getEntryBlock().getFirstNonPHIOrDbg();
}

// The code from one block to another, which control enters and leaves there only.
class Stretch {
 public:
  Stretch(llvm::BasicBlock* first, llvm::BasicBlock* last) : last_(last) {
    std::vector<llvm::BasicBlock*> work = {first};
    while (!work.empty()) {
      llvm::BasicBlock* const block = work.back();
      work.pop_back();
      if (!blocks_.insert(block).second || block == last) continue;
      work.insert(work.end(), llvm::succ_begin(block), llvm::succ_end(block));
    }
  }

  // Whether it can stand in front of `start`: it needs nothing that is computed after it.
  bool CanMoveTo(const llvm::Instruction& start) const {
    if (!blocks_.contains(last_)) return false;
    for (llvm::BasicBlock* block : blocks_) {
      for (llvm::Instruction& instruction : *block) {
        if (llvm::isa<llvm::InvokeInst, llvm::ReturnInst>(instruction)) return false;
        for (const llvm::Value* operand : instruction.operands()) {
          if (!IsThere(operand, start)) return false;
        }
        for (const llvm::User* user : instruction.users()) {
          const auto* outside = llvm::dyn_cast<llvm::Instruction>(user);
          if (outside != nullptr && !blocks_.contains(outside->getParent())) return false;
        }
      }
    }
    return true;
  }

 private:
  bool IsThere(const llvm::Value* operand, const llvm::Instruction& start) const {
    const auto* value = llvm::dyn_cast<llvm::Instruction>(operand);
    if (value == nullptr || blocks_.contains(value->getParent())) return true;
    return value->getParent() == start.getParent() && value->comesBefore(&start);
  }

  llvm::BasicBlock* last_;
  llvm::SmallPtrSet<llvm::BasicBlock*, 8> blocks_;
};

// Moves what stands from `enter` to `entered` in front of `start`.
void MoveToStart(llvm::CallBase* enter, llvm::CallBase* entered, llvm::Instruction* start) {
  llvm::BasicBlock* const entry = start->getParent();
  llvm::BasicBlock* const rest = entry->splitBasicBlock(start, "scope.begun");
  llvm::BasicBlock* const before = enter->getParent();
  llvm::BasicBlock* const first = before->splitBasicBlock(enter, "scope.enter");
  llvm::BasicBlock* const last = entered->getParent();
  llvm::BasicBlock* const after = last->splitBasicBlock(entered, "scope.entered");
  if (Stretch(first, last).CanMoveTo(*entry->getTerminator())) {
    before->getTerminator()->setSuccessor(0, after);
    last->getTerminator()->setSuccessor(0, rest);
    entry->getTerminator()->setSuccessor(0, first);
  } else {
    enter->moveBefore(entry->getTerminator());
  }
  for (llvm::BasicBlock* block : {after, rest, first}) llvm::MergeBlockIntoPredecessor(block);
}

void PlaceEntry(llvm::Function& function, llvm::CallBase* enter) {
  llvm::CallBase* const entered = FindCall(function, kEnteredHook);
  llvm::Instruction* const start = StartOf(function);
  if (entered == nullptr) return;
  if (llvm::isa<llvm::CallInst>(enter) && llvm::isa<llvm::CallInst>(entered)) {
    MoveToStart(enter, entered, start);
  }
  RemoveCall(entered);
}

class Exits {
 public:
  Exits(llvm::Function& function, uint32_t exit_node, const char* personality)
      : function_(function), builder_(function.getContext()), personality_(personality) {
    llvm::Type* const i64 = builder_.getInt64Ty();
    node_ = llvm::ConstantExpr::getIntToPtr(llvm::ConstantInt::get(i64, uint64_t{exit_node} + 1),
                                            builder_.getPtrTy());
    hook_ = function.getParent()->getOrInsertFunction(kExitHook, builder_.getVoidTy(),
                                                      builder_.getPtrTy(), builder_.getInt32Ty());
  }

  void Place() {
    std::vector<llvm::CallInst*> may_throw;
    for (llvm::BasicBlock& block : function_) {
      PlaceAtEnd(block);
      for (llvm::Instruction& instruction : block) {
        auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
        if (call != nullptr && MayThrow(*call)) may_throw.push_back(call);
      }
    }
    if (!may_throw.empty() && !function_.doesNotThrow()) PlaceLandingPad(may_throw);
  }

 private:
  static bool MayThrow(const llvm::CallInst& call) {
    return !call.doesNotThrow() && !call.isMustTailCall() && !call.isInlineAsm() &&
           !call.hasFnAttr(llvm::Attribute::ReturnsTwice) && !llvm::isa<llvm::IntrinsicInst>(call);
  }

  void PlaceAtEnd(llvm::BasicBlock& block) {
    llvm::Instruction* const end = block.getTerminator();
    if (llvm::isa<llvm::ReturnInst>(end)) {
      llvm::CallInst* const tail_call = block.getTerminatingMustTailCall();
      const uint32_t how = tail_call != nullptr ? kScopeExitTailCall : kScopeExitReturn;
      builder_.SetInsertPoint(tail_call != nullptr ? tail_call : end);
      Call(builder_.getInt32(how));
    } else if (auto* resume = llvm::dyn_cast<llvm::ResumeInst>(end)) {
      PlaceUnwinding(*resume);
    }
  }

  // An unwinding that ends a thread (pthread_exit, pthread_cancel) has no class of exception.
  void PlaceUnwinding(llvm::ResumeInst& resume) {
    builder_.SetInsertPoint(&resume);
    llvm::Value* const exception = builder_.CreateExtractValue(resume.getValue(), 0);
    llvm::Value* const kind =
        builder_.CreateAlignedLoad(builder_.getInt64Ty(), exception, llvm::Align(8));
    llvm::Value* const is_forced = builder_.CreateICmpEQ(kind, builder_.getInt64(0));
    Call(builder_.CreateSelect(is_forced, builder_.getInt32(kScopeExitThread),
                               builder_.getInt32(kScopeExitUnwind)));
  }

  void PlaceLandingPad(llvm::ArrayRef<llvm::CallInst*> calls) {
    llvm::LLVMContext& context = function_.getContext();
    if (!function_.hasPersonalityFn()) {
      function_.setPersonalityFn(llvm::cast<llvm::Constant>(
          function_.getParent()
              ->getOrInsertFunction(personality_,
                                    llvm::FunctionType::get(builder_.getInt32Ty(), true))
              .getCallee()));
    }
    auto* const pad = llvm::BasicBlock::Create(context, "scope.unwind", &function_);
    builder_.SetInsertPoint(pad);
    llvm::LandingPadInst* const landing = builder_.CreateLandingPad(
        llvm::StructType::get(builder_.getPtrTy(), builder_.getInt32Ty()), 0);
    landing->setCleanup(true);
    PlaceUnwinding(*builder_.CreateResume(landing));
    for (llvm::CallInst* call : calls) llvm::changeToInvokeAndSplitBasicBlock(call, pad);
  }

  void Call(llvm::Value* how) { builder_.CreateCall(hook_, {node_, how})->setDoesNotThrow(); }

  llvm::Function& function_;
  llvm::IRBuilder<> builder_;
  const char* personality_;
  llvm::Constant* node_;
  llvm::FunctionCallee hook_;
};

}  // namespace

void PlaceFrame(llvm::Function& function, const NodeList& list) {
  llvm::CallBase* const enter = FindCall(function, kEnterHook);
  if (enter == nullptr) return;
  const uint32_t node = NodeArgument(*enter, list);
  PlaceEntry(function, enter);
  if (node == kNoNode || function.isPresplitCoroutine()) return;
  const uint32_t exit = list.nodes[node].exit_index;
  if (exit != kNoNode) Exits(function, exit, list.personality).Place();
}

}  // namespace scope::compiler_plugin
