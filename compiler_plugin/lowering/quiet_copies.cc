#include "compiler_plugin/lowering/quiet_copies.h"

#include <vector>

#include "compiler_plugin/lowering/copy_blocks.h"
#include "compiler_plugin/lowering/event_density.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

namespace scope::compiler_plugin {
namespace {

using llvm::BasicBlock;

class RegionFinder {
 public:
  explicit RegionFinder(llvm::Function& function) : function_(function) {}

  std::vector<Blocks> Find() {
    const llvm::ReversePostOrderTraversal<llvm::Function*> order(&function_);
    const Blocks blocks(order.begin(), order.end());
    for (BasicBlock* block : blocks) densities_[block] = MeasureEvents(*block);
    Divide(blocks);
    return std::move(found_);
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

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
    EventDensity density;
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
  Blocks LeadingToEvents(const Blocks& region, EventDensity& density) {
    llvm::SmallPtrSet<const BasicBlock*, 16> leading;
    for (BasicBlock* block : llvm::reverse(region)) {
      const EventDensity& own = densities_[block];
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
  llvm::DenseMap<const BasicBlock*, EventDensity> densities_;
  std::vector<Blocks> found_;
};

}  // namespace

void MakeQuietCopies(llvm::Function& function, EventPlaces& places) {
  if (function.hasOptNone() || function.hasOptSize() || function.callsFunctionThatReturnsTwice()) {
    return;
  }
  for (const Blocks& region : RegionFinder(function).Find()) {
    BasicBlock* const first = region.front();
    for (BasicBlock* block : region) {
      if (const auto place = places.find(block); place != places.end()) {
        place->second.is_tested = true;
      }
    }
    BasicBlock* const loud = CopyWithoutEvents(region);
    if (const auto place = places.find(first); place != places.end()) {
      places.try_emplace(loud, place->second);
    }
  }
}

}  // namespace scope::compiler_plugin
