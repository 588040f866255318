#include "compiler_plugin/lowering/lower_events.h"

#include "compiler_plugin/lowering/event_groups.h"
#include "compiler_plugin/lowering/hot_places.h"
#include "compiler_plugin/lowering/link_stub.h"
#include "compiler_plugin/lowering/loud_twins.h"
#include "compiler_plugin/lowering/quiet_copies.h"
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

// Those with events.
std::vector<llvm::BasicBlock*> BlocksOf(llvm::Function& function,
                                        const llvm::Function& event_function) {
  std::vector<llvm::BasicBlock*> blocks;
  for (llvm::BasicBlock& block : function) {
    const auto is_event = [&](const llvm::Instruction& instruction) {
      const auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
      return call != nullptr && call->getCalledFunction() == &event_function;
    };
    if (llvm::any_of(block, is_event)) blocks.push_back(&block);
  }
  return blocks;
}

void WriteGroupsOf(llvm::Function& function, bool is_twin, const llvm::Function& event_function,
                   std::vector<llvm::CallInst*>& unreadable) {
  const HotPlaces hot_places(function);
  EventPlaces places;
  for (llvm::BasicBlock* block : BlocksOf(function, event_function)) {
    places[block] = hot_places.Of(*block);
    places[block].is_tested = is_twin;
  }
  if (!is_twin) MakeQuietCopies(function, places);
  // Found before the first one adds blocks.
  std::vector<std::pair<EventGroup, EventPlace>> groups;
  for (llvm::BasicBlock& block : function) {
    const auto place = places.find(&block);
    if (place == places.end()) continue;
    for (EventGroup& group : FindEventGroups(block, event_function, unreadable)) {
      groups.emplace_back(std::move(group), place->second);
    }
  }
  for (const auto& [group, place] : groups) WriteGroup(group, place);
}

void WriteGroups(llvm::Function& event_function) {
  llvm::SetVector<llvm::Function*> functions;
  for (llvm::User* user : event_function.users()) {
    functions.insert(llvm::cast<llvm::CallInst>(user)->getFunction());
  }
  std::vector<llvm::CallInst*> unreadable;
  for (llvm::Function* function : functions) {
    llvm::Function* const twin = MakeLoudTwin(*function);
    WriteGroupsOf(twin != nullptr ? *twin : *function, twin != nullptr, event_function, unreadable);
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
