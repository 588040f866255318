// Rule: a throw is marked before its value is made; a handler is marked when it is entered.

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteThrow(clang::CXXThrowExpr& expression, Rewriter& rewriter) {
  clang::Expr* value = expression.getSubExpr();
  const clang::QualType type = value != nullptr ? value->getType() : clang::QualType();
  const uint32_t node = rewriter.AddMarkNode(kScopeEventThrow, type, expression.getSourceRange(),
                                             value != nullptr ? rewriter.Text(value) : "",
                                             rewriter.Hash(&expression));
  InsideNode inside(rewriter, node);
  rewriter.RewriteChildren(&expression);
  const clang::SourceLocation where = expression.getBeginLoc();
  clang::Expr* mark = rewriter.MarkCall(kMarkHook, node, where);
  return rewriter.Keep(clang::BinaryOperator::Create(
      rewriter.ast(), mark, &expression, clang::BO_Comma, expression.getType(), clang::VK_PRValue,
      clang::OK_Ordinary, where, clang::FPOptionsOverride()));
}

clang::Stmt* RewriteCatch(clang::CXXCatchStmt& handler, Rewriter& rewriter) {
  const clang::VarDecl* variable = handler.getExceptionDecl();
  const std::string type =
      handler.getCaughtType().isNull() ? "..." : handler.getCaughtType().getAsString();
  const clang::SourceRange range(handler.getCatchLoc(), handler.getHandlerBlock()->getBeginLoc());
  const uint32_t node =
      rewriter.AddMarkNode(kScopeEventCatch, handler.getCaughtType(), range,
                           variable != nullptr ? variable->getName().str() : "", HashText(type));
  InsideNode inside(rewriter, node);
  clang::Stmt*& block = *handler.children().begin();
  auto* body = llvm::cast<clang::CompoundStmt>(rewriter.RewriteStatement(block));
  llvm::SmallVector<clang::Stmt*, 8> statements;
  statements.push_back(rewriter.MarkCall(kMarkHook, node, body->getBeginLoc()));
  statements.append(body->body_begin(), body->body_end());
  block = WithStatements(rewriter.ast(), *body, statements);
  return &handler;
}

}  // namespace scope::compiler_plugin
