// map_section.h - the section "scope_map": static facts that are never loaded into memory.
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

}  // namespace scope::compiler_plugin
