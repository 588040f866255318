#include "compiler_plugin/graph/reaching_values.h"

#include "llvm/ADT/BitVector.h"

namespace scope::compiler_plugin {
namespace {

// Bits of all blocks together: 64 MiB. A function beyond it is made by a machine.
constexpr uint64_t kBitsMax = uint64_t{1} << 29;

class Reaching {
 public:
  Reaching(const clang::CFG& cfg, const BlockSteps& steps, const Storages& storages)
      : cfg_(cfg), steps_(steps), storages_(storages), stores_of_(storages.count()) {}

  std::vector<ValueEdge> Run() {
    NumberStores();
    const uint64_t bits = uint64_t{sites_.size()} * cfg_.getNumBlockIDs() * 2;
    if (bits > kBitsMax) return {};
    Iterate();
    for (const clang::CFGBlock* block : cfg_) {
      llvm::BitVector state = In(*block);
      Go(*block, state, /*collect=*/true);
    }
    return std::move(edges_);
  }

 private:
  void NumberStores() {
    // What is not known comes first: one store for each storage that others may change.
    for (uint32_t storage = 0; storage < storages_.count(); ++storage) {
      if (!storages_.IsShared(storage)) continue;
      stores_of_[storage].push_back(static_cast<uint32_t>(sites_.size()));
      sites_.push_back(kUnknownSite);
      known_outside_.push_back(!storages_.IsLocal(storage));
    }
    unknown_count_ = static_cast<uint32_t>(sites_.size());
    for (const auto& block : steps_) {
      for (const Step& step : block) {
        if (step.kind != Step::kStore) continue;
        stores_of_[step.access.storage].push_back(static_cast<uint32_t>(sites_.size()));
        sites_.push_back(step.site);
      }
    }
    first_store_.resize(steps_.size());
    uint32_t next = unknown_count_;
    for (size_t block = 0; block < steps_.size(); ++block) {
      first_store_[block] = next;
      for (const Step& step : steps_[block]) next += step.kind == Step::kStore ? 1 : 0;
    }
    for (uint32_t storage = 0; storage < storages_.count(); ++storage) {
      overlaps_.push_back(storages_.Overlapping(storage));
    }
  }

  llvm::BitVector In(const clang::CFGBlock& block) const {
    llvm::BitVector state(sites_.size());
    if (&block == &cfg_.getEntry()) {
      for (uint32_t i = 0; i < unknown_count_; ++i) {
        if (known_outside_[i]) state.set(i);
      }
    }
    for (const clang::CFGBlock::AdjacentBlock& before : block.preds()) {
      if (before.isReachable()) state |= out_[before->getBlockID()];
    }
    return state;
  }

  void Iterate() {
    out_.assign(cfg_.getNumBlockIDs(), llvm::BitVector(sites_.size()));
    // Numbers fall from the entry to the exit, which makes few rounds of most functions.
    std::vector<const clang::CFGBlock*> order(cfg_.begin(), cfg_.end());
    llvm::sort(order, [](const clang::CFGBlock* a, const clang::CFGBlock* b) {
      return a->getBlockID() > b->getBlockID();
    });
    for (bool changed = true; changed;) {
      changed = false;
      for (const clang::CFGBlock* block : order) {
        llvm::BitVector state = In(*block);
        Go(*block, state, /*collect=*/false);
        if (state == out_[block->getBlockID()]) continue;
        out_[block->getBlockID()] = std::move(state);
        changed = true;
      }
    }
  }

  void Go(const clang::CFGBlock& block, llvm::BitVector& state, bool collect) {
    uint32_t store = first_store_[block.getBlockID()];
    for (const Step& step : steps_[block.getBlockID()]) {
      const uint32_t storage = step.access.storage;
      switch (step.kind) {
        case Step::kUse:
          if (collect) CollectUse(step, state);
          break;
        case Step::kStore:
          if (step.access.whole) Forget(storage, state);
          state.set(store++);
          break;
        case Step::kClobber:
          if (unknown_count_ > 0) state.set(0, unknown_count_);
          break;
      }
    }
  }

  void Forget(uint32_t storage, llvm::BitVector& state) const {
    for (uint32_t store : stores_of_[storage]) state.reset(store);
    if (!storages_.IsWholeObject(storage)) return;
    for (uint32_t part : overlaps_[storage]) {
      for (uint32_t store : stores_of_[part]) state.reset(store);
    }
  }

  void CollectUse(const Step& use, const llvm::BitVector& state) {
    const uint32_t storage = use.access.storage;
    // Each part of an object is a value of its own; a part has one value, whoever stored it.
    const bool by_part = storages_.IsWholeObject(storage);
    const auto collect = [&](uint32_t from) {
      for (uint32_t store : stores_of_[from]) {
        if (!state.test(store)) continue;
        edges_.push_back({sites_[store], use.site, by_part ? from : storage, use.arm});
      }
    };
    collect(storage);
    for (uint32_t other : overlaps_[storage]) collect(other);
  }

  const clang::CFG& cfg_;
  const BlockSteps& steps_;
  const Storages& storages_;
  std::vector<uint32_t> sites_;  // Of each store.
  std::vector<bool> known_outside_;
  uint32_t unknown_count_ = 0;
  std::vector<std::vector<uint32_t>> stores_of_;  // By storage.
  std::vector<llvm::SmallVector<uint32_t, 4>> overlaps_;
  std::vector<uint32_t> first_store_;  // By block.
  std::vector<llvm::BitVector> out_;
  std::vector<ValueEdge> edges_;
};

}  // namespace

std::vector<ValueEdge> FindReachingValues(const clang::CFG& cfg, const BlockSteps& steps,
                                          const Storages& storages) {
  return Reaching(cfg, steps, storages).Run();
}

}  // namespace scope::compiler_plugin
