// wide_events.h - events whose value has more than 64 bits, between the two passes.
//
// Path:    prepare_events.h -> THIS through the optimiser -> calls of the stub
// Threads: one compilation, one thread.
//
//   void __scope_wide_event(ptr node, ptr value, i64 bytes, i64 whole)
//
// To the optimiser it reads the value and touches memory of its own; otherwise it is as the event
// of events.h. It ends a group, as every call does.

#pragma once

#include <cstdint>
#include <utility>

#include "llvm/ADT/ArrayRef.h"

namespace llvm {
class CallBase;
class CallInst;
class Function;
class IRBuilderBase;
class Module;
class Value;
}  // namespace llvm

namespace scope::compiler_plugin {

// Nothing: the module has no such events.
llvm::Function* FindWideEventFunction(const llvm::Module& module);

// `bytes` and `whole` are i64.
llvm::CallInst* CreateWideEvent(llvm::IRBuilderBase& builder, llvm::Value* node, llvm::Value* value,
                                llvm::Value* bytes, llvm::Value* whole);

// A value in memory that nobody else writes to.
struct Spilled {
  llvm::Value* address;
  llvm::Value* bytes;  // i64
};

// The arguments behind the first one, as they lie in memory: they are the parts of one value.
// EndSpill() goes behind their last use.
Spilled SpillArguments(llvm::IRBuilderBase& builder, llvm::CallBase& call);
void EndSpill(llvm::IRBuilderBase& builder, const Spilled& spilled);

// Has a call of the bytes' hook report a copy of the object without what lies in `blanks`.
void BlankBytes(llvm::CallBase& call, llvm::ArrayRef<std::pair<uint64_t, uint64_t>> blanks);

// Each event becomes a test of its switch and a call of the stub. False: there was none.
bool LowerWideEvents(llvm::Module& module);

}  // namespace scope::compiler_plugin
