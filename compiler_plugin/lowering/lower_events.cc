#include "compiler_plugin/lowering/lower_events.h"

#include "compiler_plugin/lowering/event_groups.h"
#include "compiler_plugin/lowering/link_stub.h"
#include "compiler_plugin/lowering/wide_events.h"
#include "compiler_plugin/lowering/write_group.h"
#include "compiler_plugin/nodes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

namespace scope::compiler_plugin {
namespace {

// The node is a choice at run time, so its switch is found there, too.
void CallHook(llvm::CallInst& call) {
  llvm::Module& module = *call.getModule();
  llvm::IRBuilder<> builder(&call);
  const auto* flags = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(1));
  const bool stamped = flags != nullptr && (flags->getZExtValue() & kEventStamped) != 0;
  llvm::Value* const last =
      stamped ? builder.getInt32(flags->getZExtValue() & SCOPE_HEAD_FLAGS) : call.getArgOperand(2);
  const llvm::FunctionCallee hook = module.getOrInsertFunction(
      stamped ? kExitHook : kValueHook, builder.getVoidTy(), builder.getPtrTy(), last->getType());
  builder.CreateCall(hook, {call.getArgOperand(0), last})->setDoesNotThrow();
  call.eraseFromParent();
}

}  // namespace

llvm::PreservedAnalyses LowerEvents::run(llvm::Module& module, llvm::ModuleAnalysisManager&) {
  llvm::Function* const event_function = FindEventFunction(module);
  if (event_function == nullptr) {
    return LowerWideEvents(module) ? llvm::PreservedAnalyses::none()
                                   : llvm::PreservedAnalyses::all();
  }
  llvm::SetVector<llvm::BasicBlock*> blocks;
  for (llvm::User* user : event_function->users()) {
    blocks.insert(llvm::cast<llvm::CallInst>(user)->getParent());
  }
  std::vector<llvm::CallInst*> unreadable;
  for (llvm::BasicBlock* block : blocks) {
    for (const EventGroup& group : FindEventGroups(*block, *event_function, unreadable)) {
      WriteGroup(group);
    }
  }
  for (llvm::CallInst* call : unreadable) CallHook(*call);
  event_function->eraseFromParent();
  LowerWideEvents(module);  // Behind the groups, which each of them ends.
  return llvm::PreservedAnalyses::none();
}

}  // namespace scope::compiler_plugin
