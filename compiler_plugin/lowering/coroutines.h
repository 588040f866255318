// coroutines.h - puts events where a coroutine gives way, goes on, and is destroyed while it waits.
//
// Path:    hooks as the AST stage left them -> THIS -> hook_calls.h
// Threads: one compilation, one thread.
//
// kSuspendPointHook names the Suspend node of the suspension that follows it; the nodes behind that
// one in the list are its Resume, Destroy and Frame (nodes.h). The event of a suspension stands
// before await_suspend is called, because the coroutine may run elsewhere before that returns. The
// final suspension has none: the function has been left before.

#pragma once

#include "compiler_plugin/nodes.h"

namespace llvm {
class Function;
}

namespace scope::compiler_plugin {

void PlaceSuspensions(llvm::Function& function, const NodeList& list);

}  // namespace scope::compiler_plugin
