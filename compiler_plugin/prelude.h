// prelude.h - puts the code that captures objects in front of a C++ unit.
//
// Path:    sdk/include/scope/capture -> THIS -> parser
// Fails:   never; where it cannot stand (before C++11, in a module's unit) there is none,
//          and objects are not captured.

#pragma once

namespace clang {
class CompilerInstance;
}

namespace scope::compiler_plugin {

void AddPrelude(clang::CompilerInstance& compiler);

}  // namespace scope::compiler_plugin
