#include "compiler_plugin/lowering/lower_events.h"

#include "compiler_plugin/lowering/event_groups.h"
#include "compiler_plugin/lowering/hot_places.h"
#include "compiler_plugin/lowering/link_stub.h"
#include "compiler_plugin/lowering/quiet_copies.h"
#include "compiler_plugin/lowering/wide_events.h"
#include "compiler_plugin/lowering/write_group.h"
#include "compiler_plugin/nodes.h"
#include "llvm/ADT/MapVector.h"
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

void WriteGroups(llvm::Function& event_function) {
  llvm::MapVector<llvm::Function*, llvm::SetVector<llvm::BasicBlock*>> functions;
  for (llvm::User* user : event_function.users()) {
    llvm::BasicBlock* const block = llvm::cast<llvm::CallInst>(user)->getParent();
    functions[block->getParent()].insert(block);
  }
  std::vector<llvm::CallInst*> unreadable;
  for (const auto& [function, blocks] : functions) {
    const HotPlaces hot_places(*function);
    EventPlaces places;
    for (llvm::BasicBlock* block : blocks) places[block] = hot_places.Of(*block);
    MakeQuietCopies(*function, places);
    // Found before the first one adds blocks.
    std::vector<std::pair<EventGroup, EventPlace>> groups;
    for (llvm::BasicBlock& block : *function) {
      const auto place = places.find(&block);
      if (place == places.end()) continue;
      for (EventGroup& group : FindEventGroups(block, event_function, unreadable)) {
        groups.emplace_back(std::move(group), place->second);
      }
    }
    for (const auto& [group, place] : groups) WriteGroup(group, place);
  }
  for (llvm::CallInst* call : unreadable) CallHook(*call);
  event_function.eraseFromParent();
}

}  // namespace

llvm::PreservedAnalyses LowerEvents::run(llvm::Module& module, llvm::ModuleAnalysisManager&) {
  if (llvm::Function* const events = FindEventFunction(module)) WriteGroups(*events);
  LowerWideEvents(module);  // Behind the groups, which each of them ends.
  // Now, because it is optimised already, and only what is needed.
  return LinkStub(module) ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace scope::compiler_plugin
