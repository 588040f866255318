// Rule: what is thrown is reported as soon as it is made, what is caught when its handler is
// entered.
//
//   throw f();        ->  throw (v = f(), throw_value(v), v);   an object is made where it is
//   thrown throw;            ->  throw_mark(), throw; catch (T& t) {}   ->  catch (T& t) {
//   catch_value(t); }

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {
namespace {

// The level of functions knows of exceptions, too, but not what they hold.
bool WantsValues(Rewriter& rewriter) { return rewriter.Wants(kScopeEventReturn); }

clang::Stmt* RewriteRethrow(clang::CXXThrowExpr& expression, Rewriter& rewriter) {
  const uint32_t node =
      rewriter.AddMarkNode(kScopeEventThrow, clang::QualType(), expression.getSourceRange(), "",
                           rewriter.Hash(&expression));
  clang::Expr* mark = rewriter.MarkCall(kMarkHook, node, expression.getBeginLoc());
  return rewriter.Keep(Before(rewriter.ast(), mark, &expression));
}

uint32_t AddThrowNode(const clang::CXXThrowExpr& expression, Rewriter& rewriter) {
  const clang::Expr* value = expression.getSubExpr();
  const clang::SourceRange range = expression.getSourceRange();
  const std::string text = rewriter.Text(value);
  const uint64_t hash = rewriter.Hash(&expression);
  uint32_t node = kNoNode;
  if (WantsValues(rewriter)) {
    node = rewriter.AddPlaceNode(kScopeEventThrow, value->getType(), range, text, hash,
                                 rewriter.Redacts(value));
  }
  if (node != kNoNode) return node;
  return rewriter.AddMarkNode(kScopeEventThrow, value->getType(), range, text, hash);
}

uint32_t AddCatchNode(const clang::CXXCatchStmt& handler, Rewriter& rewriter) {
  const clang::VarDecl* variable = handler.getExceptionDecl();
  const clang::QualType type = handler.getCaughtType();
  const clang::SourceRange range(handler.getCatchLoc(), handler.getHandlerBlock()->getBeginLoc());
  const uint64_t hash = HashText(type.isNull() ? "..." : type.getAsString());
  const std::string name = variable != nullptr ? variable->getName().str() : "";
  uint32_t node = kNoNode;
  if (WantsValues(rewriter) && variable != nullptr) {
    node = rewriter.AddPlaceNode(kScopeEventCatch, type.getNonReferenceType(), range, name, hash,
                                 rewriter.Redacts(*variable));
  }
  if (node != kNoNode) return node;
  return rewriter.AddMarkNode(kScopeEventCatch, type, range, name, hash);
}

}  // namespace

clang::Stmt* RewriteThrow(clang::CXXThrowExpr& expression, Rewriter& rewriter) {
  if (expression.getSubExpr() == nullptr) return RewriteRethrow(expression, rewriter);
  const uint32_t node = AddThrowNode(expression, rewriter);
  InsideNode inside(rewriter, node);
  clang::Stmt*& slot = *expression.children().begin();
  auto* value = llvm::cast<clang::Expr>(rewriter.Rewrite(slot));
  slot = value->getType()->isRecordType() ? rewriter.ReportMade(value, node)
                                          : rewriter.Report(value, node);
  return &expression;
}

clang::Stmt* RewriteCatch(clang::CXXCatchStmt& handler, Rewriter& rewriter) {
  const uint32_t node = AddCatchNode(handler, rewriter);
  InsideNode inside(rewriter, node);
  clang::Stmt*& block = *handler.children().begin();
  auto* body = llvm::cast<clang::CompoundStmt>(rewriter.RewriteStatement(block));
  llvm::SmallVector<clang::Stmt*, 8> statements;
  const clang::SourceLocation where = body->getBeginLoc();
  const bool has_value =
      node != kNoNode && rewriter.unit().list.nodes[node].type != kScopeValueNone;
  statements.push_back(
      has_value
          ? rewriter.ReportPlaceCall(Name(rewriter.ast(), handler.getExceptionDecl(), where), node)
          : rewriter.MarkCall(kMarkHook, node, where));
  statements.append(body->body_begin(), body->body_end());
  block = WithStatements(rewriter.ast(), *body, statements);
  return &handler;
}

}  // namespace scope::compiler_plugin
