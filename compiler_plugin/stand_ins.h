// stand_ins.h - functions that the source does not have, for code outside of functions.
//
// Path:   initialiser of a variable, body of a block -> THIS -> Rewriter
//
// A stand-in is never emitted: its body goes back to where it came from. Its name, its place and
// what it is declared in are those under which its events are shown.

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"

namespace scope::compiler_plugin {

// "count::<init>", which stands for the initialiser of a variable that is no local.
clang::FunctionDecl* StandInForInitialiser(clang::ASTContext& ast, clang::VarDecl& variable);

// "<block>" in `outer`, with the block's parameters and body.
clang::FunctionDecl* StandInForBlock(clang::ASTContext& ast, clang::BlockExpr& block,
                                     clang::FunctionDecl& outer);

}  // namespace scope::compiler_plugin
