// source_text.h - the text of the files that nodes stand in, so that a trace carries its source.
//
// Path:   the compiler's buffers -> THIS -> NodeList::sources

#pragma once

#include "clang/Frontend/CompilerInstance.h"
#include "compiler_plugin/unit.h"

namespace scope::compiler_plugin {

void AddSources(clang::CompilerInstance& compiler, Unit& unit, SourceText wanted);

}  // namespace scope::compiler_plugin
