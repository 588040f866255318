// Rule: each loop reports the condition of every iteration, the failing one too.

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteWhile(clang::WhileStmt& loop, Rewriter& rewriter) {
  if (auto* variable = loop.getConditionVariable()) RewriteVariable(*variable, rewriter);
  loop.setCond(RewriteCondition(loop.getCond(), kScopeEventLoop, rewriter));
  loop.setBody(rewriter.RewriteStatement(loop.getBody()));
  return &loop;
}

clang::Stmt* RewriteDo(clang::DoStmt& loop, Rewriter& rewriter) {
  loop.setCond(RewriteCondition(loop.getCond(), kScopeEventLoop, rewriter));
  loop.setBody(rewriter.RewriteStatement(loop.getBody()));
  return &loop;
}

clang::Stmt* RewriteFor(clang::ForStmt& loop, Rewriter& rewriter) {
  loop.setInit(rewriter.RewriteStatement(loop.getInit()));
  if (auto* variable = loop.getConditionVariable()) RewriteVariable(*variable, rewriter);
  loop.setCond(RewriteCondition(loop.getCond(), kScopeEventLoop, rewriter));
  loop.setInc(rewriter.Rewrite(loop.getInc()));
  loop.setBody(rewriter.RewriteStatement(loop.getBody()));
  return &loop;
}

clang::Stmt* RewriteRangeFor(clang::CXXForRangeStmt& loop, Rewriter& rewriter) {
  if (loop.getInit() != nullptr) loop.setInit(rewriter.RewriteStatement(loop.getInit()));
  // The hidden condition stands for the range as it is written.
  const clang::Expr* range = loop.getRangeInit();
  clang::Expr* condition = loop.getCond();
  const uint32_t node =
      rewriter.AddValueNode(kScopeEventLoop, condition->getType(), range->getSourceRange(),
                            rewriter.Text(range), rewriter.Hash(range), /*redacted=*/false);
  auto* range_variable = llvm::cast<clang::VarDecl>(loop.getRangeStmt()->getSingleDecl());
  RewriteVariable(*range_variable, rewriter);
  RewriteVariable(*loop.getLoopVariable(), rewriter);
  loop.setCond(rewriter.Report(condition, node));
  loop.setBody(rewriter.RewriteStatement(loop.getBody()));
  return &loop;
}

}  // namespace scope::compiler_plugin
