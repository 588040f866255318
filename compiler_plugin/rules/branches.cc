// Rule: if, switch and ?: report what they decide on.

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

namespace {

// What runs of "if consteval" when the program runs.
void RewriteRunTimeBranch(clang::IfStmt& statement, Rewriter& rewriter) {
  const clang::Stmt* never =
      statement.isNegatedConsteval() ? statement.getElse() : statement.getThen();
  if (never != nullptr) rewriter.NoteUntouched(never->getSourceRange(), "it never runs");
  if (statement.isNegatedConsteval()) {
    statement.setThen(rewriter.RewriteStatement(statement.getThen()));
  } else if (statement.getElse() != nullptr) {
    statement.setElse(rewriter.RewriteStatement(statement.getElse()));
  }
}

}  // namespace

clang::Stmt* RewriteIf(clang::IfStmt& statement, Rewriter& rewriter) {
  if (statement.isConsteval()) {
    RewriteRunTimeBranch(statement, rewriter);
    return &statement;
  }
  if (statement.hasInitStorage()) {
    statement.setInit(RewriteInit(statement.getInit(), rewriter));
  }
  if (auto* variable = statement.getConditionVariable()) RewriteVariable(*variable, rewriter);
  if (!statement.isConstexpr()) {
    statement.setCond(RewriteCondition(statement.getCond(), kScopeEventBranch, rewriter));
    statement.setCond(
        ReportConditionVariable(statement.getConditionVariable(), statement.getCond(), rewriter));
  }
  statement.setThen(rewriter.RewriteStatement(statement.getThen()));
  if (statement.getElse() != nullptr) {
    statement.setElse(rewriter.RewriteStatement(statement.getElse()));
  }
  return &statement;
}

clang::Stmt* RewriteSwitch(clang::SwitchStmt& statement, Rewriter& rewriter) {
  if (statement.hasInitStorage()) {
    statement.setInit(RewriteInit(statement.getInit(), rewriter));
  }
  if (auto* variable = statement.getConditionVariable()) RewriteVariable(*variable, rewriter);
  statement.setCond(RewriteCondition(statement.getCond(), kScopeEventSwitch, rewriter));
  statement.setCond(
      ReportConditionVariable(statement.getConditionVariable(), statement.getCond(), rewriter));
  statement.setBody(rewriter.RewriteStatement(statement.getBody()));
  return &statement;
}

clang::Stmt* RewriteElvis(clang::BinaryConditionalOperator& choice, Rewriter& rewriter) {
  // The common part, the condition and what there is if it is true, which are views of it, the
  // rest.
  auto slot = choice.children().begin();
  *slot = rewriter.Rewrite(*slot);
  ++slot;
  *slot = RewriteCondition(llvm::cast<clang::Expr>(*slot), kScopeEventBranch, rewriter);
  std::advance(slot, 2);
  *slot = rewriter.Rewrite(*slot);
  return &choice;
}

clang::Stmt* RewriteConditional(clang::ConditionalOperator& choice, Rewriter& rewriter) {
  auto slot = choice.children().begin();
  auto* condition = llvm::cast<clang::Expr>(*slot);
  *slot = RewriteCondition(condition, kScopeEventBranch, rewriter);
  for (++slot; slot != choice.children().end(); ++slot) {
    auto* thrown =
        llvm::dyn_cast<clang::CXXThrowExpr>(llvm::cast<clang::Expr>(*slot)->IgnoreParens());
    // Of a choice between objects, code generation has to see the throw.
    const bool is_object = choice.isGLValue();
    *slot =
        thrown != nullptr && !is_object ? RewriteThrow(*thrown, rewriter) : rewriter.Rewrite(*slot);
  }
  return &choice;
}

}  // namespace scope::compiler_plugin
