// map_section.h - sections "scope_map" and "scope_source": facts that are never loaded.
//
// Path:    ast_map -> THIS -> object

#pragma once

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Module;
}

namespace scope::compiler_plugin {

// Appends `bytes` to the section, as assembly: a global variable would be loaded.
void EmitMapSection(llvm::Module& module, llvm::StringRef bytes);

// Appends the text of a file to section "scope_source". Of those with the same `key` that objects
// bring, the linker keeps one.
void EmitSourceSection(llvm::Module& module, uint64_t key, llvm::StringRef bytes);

}  // namespace scope::compiler_plugin
