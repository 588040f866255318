// Rule: in C, an object that is assigned to as a whole is looked at afterwards.
//
//   p = q  ->  (o = &p, *o = q, assign(o), *o)

#include "clang/AST/ExprCXX.h"
#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

bool IsObjectAssign(const clang::BinaryOperator& assign) {
  return assign.getOpcode() == clang::BO_Assign && assign.isPRValue() &&
         assign.getType()->isRecordType();
}

clang::Stmt* RewriteObjectAssign(clang::BinaryOperator& assign, Rewriter& rewriter) {
  const clang::Expr* place = assign.getLHS();
  const uint32_t node =
      Rewriter::IsPlainPlace(place)
          ? rewriter.AddPlaceNode(kScopeEventAssign, place->getType(), assign.getSourceRange(),
                                  rewriter.Text(place), rewriter.Hash(&assign),
                                  rewriter.Redacts(&assign))
          : kNoNode;
  InsideNode inside(rewriter, node);
  rewriter.RewriteChildren(&assign);
  if (node == kNoNode) return &assign;
  clang::OpaqueValueExpr* object = Once(rewriter.ast(), assign.getLHS());
  assign.setLHS(object);
  clang::Expr* done = Convert(rewriter.ast(), &assign, rewriter.ast().VoidTy, clang::CK_ToVoid);
  clang::Expr* report = rewriter.ReportPlaceCall(object, node);
  clang::Expr* value = Load(rewriter.ast(), object);
  return clang::PseudoObjectExpr::Create(rewriter.ast(), &assign, {object, done, report, value},
                                         /*resultIndex=*/3);
}

}  // namespace scope::compiler_plugin
