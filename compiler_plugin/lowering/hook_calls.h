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
  uint32_t exit_how;  // A scope_exit_how, of exits only, or:
};

// The call itself finds out how the function is left.
inline constexpr uint32_t kHowAtRunTime = UINT32_MAX;

// The hook calls of one function in the order of its code. A guard's call (of a coroutine) becomes
// the exit of the function's entry; one that has no entry, or any call whose node is unknown, has
// kNoNode.
std::vector<HookCall> FindHookCalls(llvm::Function& function, const NodeList& list);

// The node that a hook's call names; kNoNode: none that is known.
uint32_t NodeArgument(const llvm::CallBase& call, const NodeList& list);

// Takes out a call whose result nobody uses; of an invoke the normal way remains.
void RemoveCall(llvm::CallBase* call);

// Whether the module declares a hook at all.
bool HasHooks(const llvm::Module& module);

}  // namespace scope::compiler_plugin
