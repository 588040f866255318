// hook_calls.h - finds what the AST stage injected.
//
// Path:    code generation -> THIS -> prepare_events.h
// Threads: one compilation, one thread.

#pragma once

#include <cstdint>
#include <vector>

#include "compiler_plugin/nodes.h"

namespace llvm {
class CallBase;
class Function;
class Module;
}  // namespace llvm

namespace scope::compiler_plugin {

struct HookCall {
  llvm::CallBase* call;
  uint32_t node;      // Index into the NodeList.
  uint32_t exit_how;  // A scope_exit_how, of exits only.
};

// The hook calls of one function in the order of its code. A guard's call becomes the exit of the
// function's entry; one that has no entry, or any call whose node is unknown, has kNoNode.
std::vector<HookCall> FindHookCalls(llvm::Function& function, const NodeList& list);

// Whether the module declares a hook at all.
bool HasHooks(const llvm::Module& module);

}  // namespace scope::compiler_plugin
