#include "compiler_plugin/expressions.h"

namespace scope::compiler_plugin {

using clang::ASTContext;
using clang::Expr;
using clang::OpaqueValueExpr;
using clang::QualType;
using clang::SourceLocation;

Expr* Convert(ASTContext& ast, Expr* value, QualType type, clang::CastKind kind) {
  return clang::ImplicitCastExpr::Create(ast, type, kind, value, nullptr, clang::VK_PRValue,
                                         clang::FPOptionsOverride());
}

Expr* Load(ASTContext& ast, Expr* place) {
  return Convert(ast, place, place->getType().getUnqualifiedType(), clang::CK_LValueToRValue);
}

Expr* AddressOf(ASTContext& ast, Expr* place) {
  return clang::UnaryOperator::Create(
      ast, place, clang::UO_AddrOf, ast.getPointerType(place->getType()), clang::VK_PRValue,
      clang::OK_Ordinary, place->getExprLoc(), /*CanOverflow=*/false, clang::FPOptionsOverride());
}

Expr* Name(ASTContext& ast, clang::ValueDecl* variable, SourceLocation where) {
  return clang::DeclRefExpr::Create(ast, clang::NestedNameSpecifierLoc(), SourceLocation(),
                                    variable, false, where,
                                    variable->getType().getNonReferenceType(), clang::VK_LValue);
}

Expr* Choose(ASTContext& ast, Expr* condition, Expr* yes, Expr* no) {
  const SourceLocation where = condition->getExprLoc();
  return new (ast) clang::ConditionalOperator(condition, where, yes, where, no, no->getType(),
                                              clang::VK_PRValue, clang::OK_Ordinary);
}

Expr* Nothing(ASTContext& ast, SourceLocation where) {
  auto* zero = clang::IntegerLiteral::Create(ast, llvm::APInt(ast.getIntWidth(ast.IntTy), 0),
                                             ast.IntTy, where);
  return Convert(ast, zero, ast.VoidTy, clang::CK_ToVoid);
}

Expr* NullPointer(ASTContext& ast, QualType type, SourceLocation where) {
  auto* zero = clang::IntegerLiteral::Create(ast, llvm::APInt(ast.getIntWidth(ast.IntTy), 0),
                                             ast.IntTy, where);
  return Convert(ast, zero, type, clang::CK_NullToPointer);
}

OpaqueValueExpr* Once(ASTContext& ast, Expr* source) {
  return new (ast) OpaqueValueExpr(source->getBeginLoc(), source->getType(), source->getValueKind(),
                                   source->getObjectKind(), source);
}

Expr* InOrder(ASTContext& ast, Expr* original, llvm::ArrayRef<Expr*> steps,
              OpaqueValueExpr* result) {
  // The constant evaluator rejects a bare opaque value as the result.
  const SourceLocation where = original->getBeginLoc();
  llvm::SmallVector<Expr*, 5> all(steps);
  all.push_back(new (ast) clang::ParenExpr(where, where, result));
  return clang::PseudoObjectExpr::Create(ast, original, all, all.size() - 1);
}

clang::CompoundStmt* WithStatements(ASTContext& ast, const clang::CompoundStmt& block,
                                    llvm::ArrayRef<clang::Stmt*> statements) {
  clang::FPOptionsOverride floats;
  if (block.hasStoredFPFeatures()) floats = block.getStoredFPFeatures();
  return clang::CompoundStmt::Create(ast, statements, floats, block.getLBracLoc(),
                                     block.getRBracLoc());
}

}  // namespace scope::compiler_plugin
