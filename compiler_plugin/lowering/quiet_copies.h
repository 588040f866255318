// quiet_copies.h - beside code with many events, the same code without any.
//
// Path:  events.h -> THIS -> event_groups.h
//
// A binary that nobody records pays one test where a copy begins instead of one at each event. See
// docs/decisions/0024-quiet-copies.md.

#pragma once

#include "compiler_plugin/lowering/hot_places.h"
#include "llvm/ADT/DenseMap.h"

namespace scope::compiler_plugin {

using EventPlaces = llvm::DenseMap<llvm::BasicBlock*, EventPlace>;

// Copies where that is worth it. `places` has the blocks with events; their events may be in other
// blocks afterwards.
void MakeQuietCopies(llvm::Function& function, EventPlaces& places);

}  // namespace scope::compiler_plugin
