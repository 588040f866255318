// events.h - the form that events have between the two passes: calls of one made-up function.
//
// Path:    prepare_events.h -> THIS through the optimiser -> lower_events.h
// Threads: one compilation, one thread.
//
//   void __scope_event(ptr node, i32 flags, i64 value)
//
// To the optimiser it is a function that touches memory of its own, may not return, and must not be
// merged with another. So events keep their number and order, nothing that traps moves above one,
// and the memory of the program stays as free to be optimised as before.

#pragma once

#include <cstdint>
#include <optional>

#include "compiler_plugin/lowering/node_tables.h"

namespace llvm {
class CallInst;
class Function;
class IRBuilderBase;
class Module;
}  // namespace llvm

namespace scope::compiler_plugin {

// Exits and entries carry the time; their value is 0 until it is taken.
inline constexpr uint32_t kEventStamped = 0x100;

struct Event {
  llvm::CallInst* call;
  TableNode node;
  uint32_t flags;  // The record's: SCOPE_HEAD_FLAGS.
  bool stamped;
  llvm::Value* value;
};

// `value` is an i64.
llvm::CallInst* CreateEvent(llvm::IRBuilderBase& builder, llvm::Value* node, uint32_t flags,
                            llvm::Value* value);

// Nothing: the module has no events.
llvm::Function* FindEventFunction(const llvm::Module& module);

// Whether a call of the made-up function is an entry or exit.
bool IsStamped(const llvm::CallInst& event);

// Nothing: the optimiser has made the node a choice at run time.
std::optional<Event> ReadEvent(llvm::CallInst& call);

}  // namespace scope::compiler_plugin
