// copy_blocks.h - makes the copy of some blocks that has no events, and the test that leads there.
//
// Path:  quiet_copies.h, loud_twins.h -> THIS -> event_groups.h
//
//   first:  test whether an event may be on -> rest of first, with events
//                                           -> copy of it, without

#pragma once

#include <vector>

namespace llvm {
class BasicBlock;
}

namespace scope::compiler_plugin {

using Blocks = std::vector<llvm::BasicBlock*>;

// Splits a block behind what must stay at its start: phis, and the function's variables. Returns
// the rest.
llvm::BasicBlock* SplitFirst(llvm::BasicBlock* block);

// Ends `block` with a test that leads to `loud` if an event of the blocks `with_events` is on. With
// many nodes it asks whether the binary is registered instead: until then all are off.
void AddTest(llvm::BasicBlock* block, llvm::BasicBlock* loud, llvm::BasicBlock* quiet,
             const Blocks& with_events);

void DropEvents(llvm::BasicBlock& block);

// Whether more than one of the block does no harm.
bool CanCopy(const llvm::BasicBlock& block);

// `blocks` are entered at the first only, and all ways back to them lead to the first. Returns the
// block that has the first one's events now.
llvm::BasicBlock* CopyWithoutEvents(const Blocks& blocks);

}  // namespace scope::compiler_plugin
