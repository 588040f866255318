// hot_places.h - where an event is worth code of its own, and where a call of the stub will do.
//
// Path:  function -> THIS -> write_group.h
//
// A call costs about a nanosecond more than code in place, which is a quarter of a kilobyte larger
// and takes as long to compile. Both are small beside a body that is large, so only small loops,
// and small functions outside of loops, get code in place. See
// docs/decisions/0017-events-in-place-where-bodies-are-small.md.

#pragma once

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"

namespace scope::compiler_plugin {

// Of the events of one block.
struct EventPlace {
  bool in_place = false;  // They get code of their own.
  bool in_loop = false;
  bool is_tested = false;  // Control comes here only if some event nearby is on.
};

class HotPlaces {
 public:
  explicit HotPlaces(llvm::Function& function);

  EventPlace Of(const llvm::BasicBlock& block) const;

 private:
  const llvm::Function* const events_;
  const bool optimised_;
  const bool is_small_;
  llvm::DominatorTree dominators_;
  llvm::LoopInfo loops_;
};

}  // namespace scope::compiler_plugin
