// link_stub.h - puts runtime/stub into the module.
//
// Path:    stub's bitcode, embedded in the plugin -> THIS -> every object
// Threads: one compilation, one thread.

#pragma once

namespace llvm {
class GlobalVariable;
class Module;
}  // namespace llvm

namespace scope::compiler_plugin {

// The names of what lowered code uses of the stub.
inline constexpr char kReserveFunction[] = "__scope_reserve";
inline constexpr char kEmitFunction[] = "__scope_emit";
inline constexpr char kEmitStampFunction[] = "__scope_emit_stamp";
inline constexpr char kDueStampFunction[] = "__scope_due_stamp";

// The module will need the stub.
void AskForStub(llvm::Module& module);

// Whether code in place has a thread-local pointer to the thread's cursor: in what can only become
// part of an executable. Others ask CursorAtVariable() where the runtime's lies.
bool HasOwnCursor(const llvm::Module& module);

// That pointer, and that place; declared if need be.
llvm::GlobalVariable* CursorVariable(llvm::Module& module);
llvm::GlobalVariable* CursorAtVariable(llvm::Module& module);

// A byte that is not 0 once the binary is registered with the runtime; until then all its switches
// are off.
llvm::GlobalVariable* RegisteredVariable(llvm::Module& module);

// Links what is used of the stub into a module that asked for it; false: it did not. Each symbol is
// weak, hidden, and in a comdat of its own: a binary keeps one. Reports an error to the module's
// context if that fails.
bool LinkStub(llvm::Module& module);

}  // namespace scope::compiler_plugin
