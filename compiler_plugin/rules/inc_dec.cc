// Rule: ++ and -- report the value afterwards, also where the expression has the value before.
//
//   x++  ->  (p = &x, old = (*p)++, step(*p), old)

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

namespace {

// Wraps around, as an atomic does.
clang::Expr* NextTo(clang::Expr* value, bool upwards, clang::ASTContext& ast) {
  const clang::QualType type = value->getType().getUnqualifiedType();
  const clang::QualType bits = ast.getIntTypeForBitwidth(ast.getTypeSize(type), /*Signed=*/0);
  const clang::SourceLocation where = value->getExprLoc();
  clang::Expr* one =
      clang::IntegerLiteral::Create(ast, llvm::APInt(ast.getTypeSize(bits), 1), bits, where);
  clang::Expr* next = clang::BinaryOperator::Create(
      ast, Convert(ast, value, bits, clang::CK_IntegralCast), one,
      upwards ? clang::BO_Add : clang::BO_Sub, bits, clang::VK_PRValue, clang::OK_Ordinary, where,
      clang::FPOptionsOverride());
  return Convert(ast, next, type, clang::CK_IntegralCast);
}

}  // namespace

clang::Stmt* RewriteIncDec(clang::UnaryOperator& step, Rewriter& rewriter) {
  clang::Expr* place = step.getSubExpr();
  uint32_t node = kNoNode;
  clang::QualType type = place->getType();
  const auto* atomic = type->getAs<clang::AtomicType>();
  if (atomic != nullptr) type = atomic->getValueType();
  // An atomic is not looked at again: what ++n returns is what was stored, n++ is one off it.
  const bool is_atomic = atomic != nullptr;
  const bool is_counted = type->isIntegerType() && !type->isBooleanType();
  llvm::StringRef why_not;
  if (place->getType().isVolatileQualified()) {
    why_not = "volatile";
  } else if (!rewriter.IsPlainPlace(place)) {
    why_not = "part of a vector";
  } else if (is_atomic && !(step.isPRValue() && (step.isPrefix() || is_counted))) {
    why_not = "an atomic is not looked at again";
  }
  if (!why_not.empty()) {
    rewriter.NoteSkip(kScopeEventIncDec, step.getSourceRange(), rewriter.Text(place), why_not);
  } else {
    node =
        rewriter.AddValueNode(kScopeEventIncDec, type, step.getSourceRange(), rewriter.Text(place),
                              rewriter.Hash(&step), rewriter.Redacts(place));
  }
  InsideNode inside(rewriter, node);
  place = rewriter.Rewrite(place);
  step.setSubExpr(place);
  if (node == kNoNode) return &step;
  if (step.isPrefix()) return rewriter.Report(&step, node);
  if (is_atomic) {
    clang::OpaqueValueExpr* before = Once(rewriter.ast(), &step);
    clang::Expr* after = NextTo(before, step.isIncrementOp(), rewriter.ast());
    return InOrder(rewriter.ast(), &step, {before, rewriter.ReportCall(after, node)}, before);
  }
  clang::OpaqueValueExpr* object = Once(rewriter.ast(), place);
  step.setSubExpr(object);
  clang::OpaqueValueExpr* before = Once(rewriter.ast(), &step);
  clang::Expr* after = Load(rewriter.ast(), object);
  return InOrder(rewriter.ast(), &step, {object, before, rewriter.ReportCall(after, node)}, before);
}

}  // namespace scope::compiler_plugin
