// link_stub.h - puts runtime/stub into the module.
//
// Path:    stub's bitcode, embedded in the plugin -> THIS -> every object
// Threads: one compilation, one thread.

#pragma once

namespace llvm {
class Module;
}

namespace scope::compiler_plugin {

// The names of what lowered code uses of the stub.
inline constexpr char kCursorVariable[] = "__scope_cursor";
inline constexpr char kReserveFunction[] = "__scope_reserve";
inline constexpr char kEmitFunction[] = "__scope_emit";
inline constexpr char kEmitStampFunction[] = "__scope_emit_stamp";
inline constexpr char kDueStampFunction[] = "__scope_due_stamp";

// Each of the stub's symbols is weak, hidden, and in a comdat of its own: a binary keeps one.
// Reports an error to the module's context if that fails.
void LinkStub(llvm::Module& module);

}  // namespace scope::compiler_plugin
