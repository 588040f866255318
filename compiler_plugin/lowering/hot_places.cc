#include "compiler_plugin/lowering/hot_places.h"

#include "compiler_plugin/lowering/events.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

namespace scope::compiler_plugin {
namespace {

// What events weigh beside other instructions: an entry or exit in place, with its ways to take the
// time, is the largest code there is.
constexpr size_t kStampedWeight = 14;
constexpr size_t kValueWeight = 3;
constexpr size_t kLoopWeightMax = 64;
constexpr size_t kFunctionWeightMax = 36;

size_t WeightOf(const llvm::Instruction& instruction, const llvm::Function* event_function) {
  if (instruction.isDebugOrPseudoInst()) return 0;
  const auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
  if (call == nullptr || call->getCalledFunction() != event_function) return 1;
  return IsStamped(*call) ? kStampedWeight : kValueWeight;
}

const llvm::BasicBlock& BlockOf(const llvm::BasicBlock& block) { return block; }
const llvm::BasicBlock& BlockOf(const llvm::BasicBlock* block) { return *block; }

template <typename Blocks>
bool WeighsAtMost(const Blocks& blocks, const llvm::Function* event_function, size_t max) {
  size_t weight = 0;
  for (const auto& block : blocks) {
    for (const llvm::Instruction& instruction : BlockOf(block)) {
      weight += WeightOf(instruction, event_function);
      if (weight > max) return false;
    }
  }
  return true;
}

}  // namespace

HotPlaces::HotPlaces(llvm::Function& function)
    : events_(FindEventFunction(*function.getParent())),
      optimised_(!function.hasOptNone() && !function.hasMinSize()),
      is_small_(WeighsAtMost(function, events_, kFunctionWeightMax)) {
  if (!optimised_) return;
  dominators_.recalculate(function);
  loops_.analyze(dominators_);
}

EventPlace HotPlaces::Of(const llvm::BasicBlock& block) const {
  if (!optimised_) return {};
  const llvm::Loop* const loop = loops_.getLoopFor(&block);
  if (is_small_ || loop == nullptr) return {is_small_, loop != nullptr};
  return {WeighsAtMost(loop->blocks(), events_, kLoopWeightMax), true};
}

}  // namespace scope::compiler_plugin
