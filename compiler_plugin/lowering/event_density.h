// event_density.h - how much of a block is events.
//
// Path:  events.h -> THIS -> quiet_copies.h, loud_twins.h

#pragma once

#include <cstddef>

namespace llvm {
class BasicBlock;
}

namespace scope::compiler_plugin {

// What is copied for a test that is saved. Larger code runs long enough not to feel the test.
inline constexpr size_t kInstructionsPerTest = 20;

struct EventDensity {
  size_t tests = 0;   // Groups of events.
  size_t others = 0;  // Instructions that stand for code.
};

EventDensity MeasureEvents(llvm::BasicBlock& block);

}  // namespace scope::compiler_plugin
