#include "compiler_plugin/lowering/quiet_copies.h"

#include <vector>

#include "compiler_plugin/lowering/copy_blocks.h"
#include "compiler_plugin/lowering/event_groups.h"
#include "compiler_plugin/lowering/wide_events.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

namespace scope::compiler_plugin {
namespace {

using llvm::BasicBlock;

// What is copied for a test that is saved. Larger code runs long enough not to feel the test.
constexpr size_t kInstructionsPerTest = 8;

// How much of a block is events.
struct Density {
  size_t tests = 0;
  size_t others = 0;
};

class RegionFinder {
 public:
  explicit RegionFinder(llvm::Function& function)
      : function_(function),
        event_(FindEventFunction(*function.getParent())),
        wide_event_(FindWideEventFunction(*function.getParent())) {}

  std::vector<Blocks> Find() {
    const llvm::ReversePostOrderTraversal<llvm::Function*> order(&function_);
    const Blocks blocks(order.begin(), order.end());
    for (BasicBlock* block : blocks) densities_[block] = Measure(*block);
    Divide(blocks);
    return std::move(found_);
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  Density Measure(BasicBlock& block) const {
    Density density;
    std::vector<llvm::CallInst*> unreadable;
    density.tests = FindEventGroups(block, *event_, unreadable).size();
    for (const llvm::Instruction& instruction : block) {
      const auto* const call = llvm::dyn_cast<llvm::CallInst>(&instruction);
      const llvm::Function* const callee = call != nullptr ? call->getCalledFunction() : nullptr;
      if (callee != nullptr && callee == wide_event_) {
        ++density.tests;
      } else if (!instruction.isDebugOrPseudoInst() && !instruction.isLifetimeStartOrEnd() &&
                 !llvm::isa<llvm::AllocaInst, llvm::PHINode>(instruction) &&
                 (callee == nullptr || callee != event_)) {
        ++density.others;
      }
    }
    return density;
  }

  // Divides blocks, which are in reverse post-order, into regions that are entered at their first
  // block only. What control comes back to begins one, so that no way round a loop is without a
  // test: a program that is attached to reports from there on.
  void Divide(const Blocks& blocks) {
    llvm::DenseMap<const BasicBlock*, size_t> region_of;
    std::vector<Blocks> regions;
    for (BasicBlock* block : blocks) {
      if (!CanCopy(*block)) continue;
      size_t region = block->hasAddressTaken() ? kNone : RegionBefore(*block, region_of);
      if (region == kNone) {
        region = regions.size();
        regions.emplace_back();
      }
      region_of[block] = region;
      regions[region].push_back(block);
    }
    for (Blocks& region : regions) Decide(std::move(region));
  }

  // The region that all ways to the block come from.
  static size_t RegionBefore(BasicBlock& block,
                             const llvm::DenseMap<const BasicBlock*, size_t>& region_of) {
    std::optional<size_t> region;
    for (const BasicBlock* before : llvm::predecessors(&block)) {
      const auto known = region_of.find(before);
      if (known == region_of.end()) return kNone;
      if (region.value_or(known->second) != known->second) return kNone;
      region = known->second;
    }
    return region.value_or(kNone);
  }

  // Takes a region, or parts of it.
  void Decide(Blocks region) {
    Density density;
    Blocks wanted = LeadingToEvents(region, density);
    if (density.tests < 2) return;
    if (wanted.front() == region.front() && densities_[region.front()].tests > 0 &&
        density.others <= kInstructionsPerTest * density.tests) {
      found_.push_back(std::move(wanted));
    } else if (region.size() > 1) {
      Decide({region.front()});
      Divide({region.begin() + 1, region.end()});
    }
  }

  // The rest of a region is the same in both copies.
  Blocks LeadingToEvents(const Blocks& region, Density& density) {
    llvm::SmallPtrSet<const BasicBlock*, 16> leading;
    for (BasicBlock* block : llvm::reverse(region)) {
      const Density& own = densities_[block];
      const bool leads = llvm::any_of(
          llvm::successors(block), [&](const BasicBlock* next) { return leading.contains(next); });
      if (own.tests == 0 && !leads) continue;
      leading.insert(block);
      density.tests += own.tests;
      density.others += own.others;
    }
    Blocks wanted;
    llvm::copy_if(region, std::back_inserter(wanted),
                  [&](const BasicBlock* block) { return leading.contains(block); });
    return wanted;
  }

  llvm::Function& function_;
  const llvm::Function* const event_;
  const llvm::Function* const wide_event_;
  llvm::DenseMap<const BasicBlock*, Density> densities_;
  std::vector<Blocks> found_;
};

}  // namespace

void MakeQuietCopies(llvm::Function& function, EventPlaces& places) {
  if (function.hasOptNone() || function.hasOptSize() || function.callsFunctionThatReturnsTwice()) {
    return;
  }
  for (const Blocks& region : RegionFinder(function).Find()) {
    BasicBlock* const first = region.front();
    BasicBlock* const loud = CopyWithoutEvents(region);
    if (const auto place = places.find(first); place != places.end()) {
      places.try_emplace(loud, place->second);
    }
  }
}

}  // namespace scope::compiler_plugin
