// expressions.h - makes the few kinds of expression that an injection is built from.

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"

namespace scope::compiler_plugin {

clang::Expr* Convert(clang::ASTContext& ast, clang::Expr* value, clang::QualType type,
                     clang::CastKind kind);

// The value that a scalar glvalue holds.
clang::Expr* Load(clang::ASTContext& ast, clang::Expr* place);

clang::Expr* AddressOf(clang::ASTContext& ast, clang::Expr* place);

clang::Expr* Name(clang::ASTContext& ast, clang::ValueDecl* variable, clang::SourceLocation where);

clang::Expr* Choose(clang::ASTContext& ast, clang::Expr* condition, clang::Expr* yes,
                    clang::Expr* no);

clang::Expr* Nothing(clang::ASTContext& ast, clang::SourceLocation where);  // (void)0

clang::Expr* NullPointer(clang::ASTContext& ast, clang::QualType type, clang::SourceLocation where);

// Stands for the value of `source`, which is evaluated once.
clang::OpaqueValueExpr* Once(clang::ASTContext& ast, clang::Expr* source);

// Evaluates `steps` in their order; the whole has the value of `result`, which is one of them.
// It stands where `original` stood.
clang::Expr* InOrder(clang::ASTContext& ast, clang::Expr* original,
                     llvm::ArrayRef<clang::Expr*> steps, clang::OpaqueValueExpr* result);

// `block` with other statements.
clang::CompoundStmt* WithStatements(clang::ASTContext& ast, const clang::CompoundStmt& block,
                                    llvm::ArrayRef<clang::Stmt*> statements);

}  // namespace scope::compiler_plugin
