// subtree_hash.h - what an expression says, as a number that only its own text changes.
//
// Looks through everything that depends on flags or types (implicit conversions, temporaries) and
// through what is injected, so that all instantiations of a template agree and order does not
// matter.

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"

namespace scope::compiler_plugin {

uint64_t MixHash(uint64_t hash, uint64_t value);
uint64_t HashText(llvm::StringRef text);

// 0 for no statement.
uint64_t HashSubtree(const clang::ASTContext& ast, const clang::Stmt* statement);

}  // namespace scope::compiler_plugin
