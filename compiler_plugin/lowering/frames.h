// frames.h - puts the entry of a function at its start, and its exit wherever it is left.
//
// Path:    hooks as the AST stage left them -> THIS -> hook_calls.h
// Threads: one compilation, one thread.
//
// In the AST, a constructor's body comes after its initialisers and a destructor's before the ends
// of its members. In IR the function is one whole: what stands between kEnterHook and kEnteredHook
// moves to its start, each return and each resumed exception gets an exit in front of it, and a
// call through which an exception may pass gets a landing pad that reports the exit. A function
// without kEnterHook is left alone; of a coroutine (coroutines.h) only the entry is placed.

#pragma once

#include "compiler_plugin/nodes.h"

namespace llvm {
class Function;
}

namespace scope::compiler_plugin {

void PlaceFrame(llvm::Function& function, const NodeList& list);

}  // namespace scope::compiler_plugin
