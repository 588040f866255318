// Rule: of what is chosen while compiling, only what was taken is code.

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteGeneric(clang::GenericSelectionExpr& choice, Rewriter& rewriter) {
  clang::Expr* const taken = choice.getResultExpr();
  clang::Expr* const rewritten = rewriter.Rewrite(taken);
  for (clang::Stmt*& child : choice.children()) {
    if (child == taken) child = rewritten;
  }
  return &choice;
}

clang::Stmt* RewriteChoose(clang::ChooseExpr& choice, Rewriter& rewriter) {
  if (choice.isConditionTrue()) {
    choice.setLHS(rewriter.Rewrite(choice.getLHS()));
  } else {
    choice.setRHS(rewriter.Rewrite(choice.getRHS()));
  }
  return &choice;
}

}  // namespace scope::compiler_plugin
