// call_anchors.h - what takes the value of a call, as far out as its statement goes.
//
// Path:    body as it was written -> THIS -> CallInfo::node: which of several calls an event
// belongs to

#pragma once

#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace scope::compiler_plugin {

// One around a call: a statement, or the variable that is initialised.
struct Around {
  const clang::Stmt* statement = nullptr;
  const clang::VarDecl* variable = nullptr;
};

// By call; the nearest comes first.
using CallAnchors = llvm::DenseMap<const clang::Expr*, llvm::SmallVector<Around, 4>>;

CallAnchors FindCallAnchors(const clang::Stmt& body);

}  // namespace scope::compiler_plugin
