#include "compiler_plugin/lowering/hot_places.h"

#include "llvm/IR/Function.h"

namespace scope::compiler_plugin {
namespace {

constexpr size_t kLoopInstructionsMax = 48;
constexpr size_t kFunctionInstructionsMax = 16;

template <typename Blocks>
bool HasAtMost(const Blocks& blocks, size_t instructions_max) {
  size_t instructions = 0;
  for (const auto& block : blocks) {
    if constexpr (std::is_pointer_v<std::decay_t<decltype(block)>>) {
      instructions += block->size();
    } else {
      instructions += block.size();
    }
    if (instructions > instructions_max) return false;
  }
  return true;
}

}  // namespace

HotPlaces::HotPlaces(llvm::Function& function)
    : optimised_(!function.hasOptNone() && !function.hasMinSize()),
      is_small_(HasAtMost(function, kFunctionInstructionsMax)) {
  if (!optimised_ || is_small_) return;
  dominators_.recalculate(function);
  loops_.analyze(dominators_);
}

bool HotPlaces::Contains(const llvm::BasicBlock& block) const {
  if (!optimised_) return false;
  if (is_small_) return true;
  const llvm::Loop* const loop = loops_.getLoopFor(&block);
  return loop != nullptr && HasAtMost(loop->blocks(), kLoopInstructionsMax);
}

}  // namespace scope::compiler_plugin
