// ast_map.h - the static facts of one translation unit as bytes: sdk/schema/ast_map.fbs.
//
// Path:  NodeList -> THIS -> lowering -> ELF section "scope_map"

#pragma once

#include <string>

#include "compiler_plugin/nodes.h"

namespace llvm {
class BitVector;
}

namespace scope::compiler_plugin {

// A size-prefixed FlatBuffer that holds the nodes whose bit is set, their functions, files and
// types.
std::string BuildAstMap(const NodeList& list, const llvm::BitVector& used_nodes);

}  // namespace scope::compiler_plugin
