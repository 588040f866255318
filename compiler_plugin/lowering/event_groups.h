// event_groups.h - which events of a block are written together.
//
// Path:  events.h -> THIS -> write_group.h
//
// See docs/decisions/0002-groups-end-where-a-crash-can-happen.md.

#pragma once

#include <vector>

#include "compiler_plugin/lowering/events.h"

namespace llvm {
class BasicBlock;
}

namespace scope::compiler_plugin {

// At most SCOPE_GROUP_BYTES_MAX worth of records; written at the last one's place.
using EventGroup = std::vector<Event>;

// The groups of a block, in order. `unreadable` gets the calls whose node is not known.
std::vector<EventGroup> FindEventGroups(llvm::BasicBlock& block,
                                        const llvm::Function& event_function,
                                        std::vector<llvm::CallInst*>& unreadable);

}  // namespace scope::compiler_plugin
