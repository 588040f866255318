#include "compiler_plugin/lowering/event_density.h"

#include "compiler_plugin/lowering/event_groups.h"
#include "compiler_plugin/lowering/wide_events.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

namespace scope::compiler_plugin {
namespace {

// Others become part of another's addressing, or of nothing.
bool StandsForCode(const llvm::Instruction& instruction) {
  if (instruction.isDebugOrPseudoInst() || instruction.isLifetimeStartOrEnd()) return false;
  return !llvm::isa<llvm::AllocaInst, llvm::PHINode, llvm::GetElementPtrInst, llvm::CastInst,
                    llvm::FreezeInst>(instruction);
}

}  // namespace

EventDensity MeasureEvents(llvm::BasicBlock& block) {
  const llvm::Function* const event = FindEventFunction(*block.getModule());
  const llvm::Function* const wide_event = FindWideEventFunction(*block.getModule());
  EventDensity density;
  std::vector<llvm::CallInst*> unreadable;
  if (event != nullptr) density.tests = FindEventGroups(block, *event, unreadable).size();
  for (const llvm::Instruction& instruction : block) {
    const auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
    const llvm::Function* const callee = call != nullptr ? call->getCalledFunction() : nullptr;
    if (callee != nullptr && callee == wide_event) {
      ++density.tests;
    } else if (StandsForCode(instruction) && (callee == nullptr || callee != event)) {
      ++density.others;
    }
  }
  return density;
}

}  // namespace scope::compiler_plugin
