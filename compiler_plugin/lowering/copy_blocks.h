// copy_blocks.h - makes the copy of some blocks that has no events, and the test that leads there.
//
// Path:  quiet_copies.h -> THIS -> event_groups.h
//
//   first:  test whether the binary is registered -> rest of first, with events
//                                                 -> copy of it, without

#pragma once

#include <vector>

namespace llvm {
class BasicBlock;
}

namespace scope::compiler_plugin {

using Blocks = std::vector<llvm::BasicBlock*>;

// Whether more than one of the block does no harm.
bool CanCopy(const llvm::BasicBlock& block);

// `blocks` are entered at the first only, and all ways back to them lead to the first. Returns the
// block that has the first one's events now.
llvm::BasicBlock* CopyWithoutEvents(const Blocks& blocks);

}  // namespace scope::compiler_plugin
