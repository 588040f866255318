// loud_twins.h - a function without events, and its twin that has them.
//
// Path:  events.h -> THIS -> quiet_copies.h
//
//   f:        test whether an event may be on -> tail call of f.scope
//             otherwise                       -> f as it would be without the plugin
//   f.scope:  f with its events
//
// See docs/decisions/0030-functions-have-loud-twins.md.

#pragma once

namespace llvm {
class Function;
}

namespace scope::compiler_plugin {

// Moves the events of `function` into a twin where that is worth it, and returns the twin; nullptr:
// nothing has changed.
llvm::Function* MakeLoudTwin(llvm::Function& function);

}  // namespace scope::compiler_plugin
