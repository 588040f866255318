// Rule: ++ and -- report the value afterwards, also where the expression has the value before.
//
//   x++  ->  (p = &x, old = (*p)++, step(*p), old)

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteIncDec(clang::UnaryOperator& step, Rewriter& rewriter) {
  clang::Expr* place = step.getSubExpr();
  uint32_t node = kNoNode;
  clang::QualType type = place->getType();
  const auto* atomic = type->getAs<clang::AtomicType>();
  if (atomic != nullptr) type = atomic->getValueType();
  // An atomic is not looked at again: what ++n returns is what was stored.
  const bool is_known = atomic == nullptr || (step.isPrefix() && step.isPRValue());
  if (rewriter.IsPlainPlace(place) && is_known) {
    node =
        rewriter.AddValueNode(kScopeEventIncDec, type, step.getSourceRange(), rewriter.Text(place),
                              rewriter.Hash(&step), rewriter.Redacts(place));
  }
  InsideNode inside(rewriter, node);
  place = rewriter.Rewrite(place);
  step.setSubExpr(place);
  if (node == kNoNode) return &step;
  if (step.isPrefix()) return rewriter.Report(&step, node);
  clang::OpaqueValueExpr* object = Once(rewriter.ast(), place);
  step.setSubExpr(object);
  clang::OpaqueValueExpr* before = Once(rewriter.ast(), &step);
  clang::Expr* after = Load(rewriter.ast(), object);
  return InOrder(rewriter.ast(), &step, {object, before, rewriter.ReportCall(after, node)}, before);
}

}  // namespace scope::compiler_plugin
