// ast_map.h - the static facts of one translation unit as bytes: sdk/schema/ast_map.fbs.
//
// Path:  NodeList -> THIS -> lowering -> ELF sections "scope_map" and "scope_source"

#pragma once

#include <string>

#include "compiler_plugin/nodes.h"

namespace llvm {
class BitVector;
}

namespace scope::compiler_plugin {

// A size-prefixed FlatBuffer that holds the nodes whose bit is set, with their functions, flows,
// calls, files and types.
std::string BuildAstMap(const NodeList& list, const llvm::BitVector& used_nodes);

// One that holds the text of a file and nothing else.
std::string BuildSourceMap(const NodeList& list, const SourceInfo& source);

}  // namespace scope::compiler_plugin
