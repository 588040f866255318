// Rule: each loop reports the condition of every iteration, the failing one too; a loop whose
// condition is constant reports that a turn begins.
//
//   while (a < b) f();        ->  while ((v = a < b, loop(v), v)) f();
//   for (;;) f();             ->  for (;;) { loop(true); f(); }
//   for (Point p : list) f(); ->  for (Point p : list) { init(&p); f(); }

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {
namespace {

using Statements = llvm::SmallVector<clang::Stmt*, 4>;

bool IsAlwaysTrue(const clang::Expr* condition, Rewriter& rewriter) {
  if (condition == nullptr) return true;
  bool value = false;
  return !condition->isValueDependent() &&
         condition->EvaluateAsBooleanCondition(value, rewriter.ast()) && value;
}

// The report that a turn begins; empty: the condition says so.
Statements ReportTurn(const clang::Expr* condition, clang::SourceLocation where,
                      Rewriter& rewriter) {
  if (!IsAlwaysTrue(condition, rewriter)) return {};
  clang::ASTContext& ast = rewriter.ast();
  const clang::SourceRange range = condition != nullptr ? condition->getSourceRange() : where;
  const uint32_t node = rewriter.AddValueNode(
      kScopeEventLoop, ast.BoolTy, range, condition != nullptr ? rewriter.Text(condition) : "",
      condition != nullptr ? rewriter.Hash(condition) : 0, /*redacted=*/false);
  if (node == kNoNode) return {};
  auto* one = clang::IntegerLiteral::Create(ast, llvm::APInt(ast.getIntWidth(ast.IntTy), 1),
                                            ast.IntTy, where);
  clang::Expr* yes = Convert(ast, one, ast.BoolTy, clang::CK_IntegralToBoolean);
  return {rewriter.ReportCall(yes, node)};
}

clang::Expr* RewriteLoopCondition(clang::Expr* condition, bool has_turn, Rewriter& rewriter) {
  if (!has_turn) return RewriteCondition(condition, kScopeEventLoop, rewriter);
  return condition != nullptr ? PinConstant(condition, rewriter) : nullptr;
}

clang::Stmt* WithFirst(Statements first, clang::Stmt* body, Rewriter& rewriter) {
  if (first.empty()) return body;
  const auto* block = llvm::dyn_cast<clang::CompoundStmt>(body);
  if (block != nullptr) {
    first.append(block->body_begin(), block->body_end());
    return rewriter.Keep(WithStatements(rewriter.ast(), *block, first));
  }
  first.push_back(body);
  return rewriter.Keep(clang::CompoundStmt::Create(
      rewriter.ast(), first, clang::FPOptionsOverride(), body->getBeginLoc(), body->getEndLoc()));
}

// The node of the loop whose head or turn was rewritten since there were `first` nodes.
uint32_t LoopNode(size_t first, Rewriter& rewriter) {
  const std::vector<NodeInfo>& nodes = rewriter.unit().list.nodes;
  const bool is_there = first < nodes.size() && nodes[first].kind == kScopeEventLoop;
  return is_there ? static_cast<uint32_t>(first) : kNoNode;
}

clang::Stmt* RewriteBody(clang::Stmt* body, Statements first, Rewriter& rewriter) {
  return WithFirst(std::move(first), rewriter.RewriteStatement(body), rewriter);
}

}  // namespace

clang::Stmt* RewriteWhile(clang::WhileStmt& loop, Rewriter& rewriter) {
  if (auto* variable = loop.getConditionVariable()) RewriteVariable(*variable, rewriter);
  const size_t first = rewriter.unit().list.nodes.size();
  Statements turn = ReportTurn(loop.getCond(), loop.getWhileLoc(), rewriter);
  loop.setCond(RewriteLoopCondition(loop.getCond(), !turn.empty(), rewriter));
  InsideLoop inside(rewriter, LoopNode(first, rewriter));
  loop.setCond(ReportConditionVariable(loop.getConditionVariable(), loop.getCond(), rewriter));
  loop.setBody(RewriteBody(loop.getBody(), std::move(turn), rewriter));
  return &loop;
}

clang::Stmt* RewriteDo(clang::DoStmt& loop, Rewriter& rewriter) {
  const size_t first = rewriter.unit().list.nodes.size();
  Statements turn = ReportTurn(loop.getCond(), loop.getWhileLoc(), rewriter);
  loop.setCond(RewriteLoopCondition(loop.getCond(), !turn.empty(), rewriter));
  const uint32_t node = LoopNode(first, rewriter);
  if (node != kNoNode) rewriter.unit().list.nodes[node].ends_turn = turn.empty();
  InsideLoop inside(rewriter, node);
  loop.setBody(RewriteBody(loop.getBody(), std::move(turn), rewriter));
  return &loop;
}

clang::Stmt* RewriteFor(clang::ForStmt& loop, Rewriter& rewriter) {
  loop.setInit(RewriteInit(loop.getInit(), rewriter));
  if (auto* variable = loop.getConditionVariable()) RewriteVariable(*variable, rewriter);
  const size_t first = rewriter.unit().list.nodes.size();
  Statements turn = ReportTurn(loop.getCond(), loop.getForLoc(), rewriter);
  loop.setCond(RewriteLoopCondition(loop.getCond(), !turn.empty(), rewriter));
  InsideLoop inside(rewriter, LoopNode(first, rewriter));
  loop.setCond(ReportConditionVariable(loop.getConditionVariable(), loop.getCond(), rewriter));
  loop.setInc(rewriter.Rewrite(loop.getInc()));
  loop.setBody(RewriteBody(loop.getBody(), std::move(turn), rewriter));
  return &loop;
}

clang::Stmt* RewriteRangeFor(clang::CXXForRangeStmt& loop, Rewriter& rewriter) {
  if (loop.getInit() != nullptr) loop.setInit(RewriteInit(loop.getInit(), rewriter));
  // The hidden condition stands for the range as it is written.
  const clang::Expr* range = loop.getRangeInit();
  clang::Expr* condition = loop.getCond();
  const uint32_t node =
      rewriter.AddValueNode(kScopeEventLoop, condition->getType(), range->getSourceRange(),
                            rewriter.Text(range), rewriter.Hash(range), /*redacted=*/false);
  auto* range_variable = llvm::cast<clang::VarDecl>(loop.getRangeStmt()->getSingleDecl());
  RewriteVariable(*range_variable, rewriter);
  InsideLoop inside(rewriter, node);
  RewriteVariable(*loop.getLoopVariable(), rewriter);
  loop.setCond(rewriter.Report(condition, node));
  Statements declared = ReportsOf(*loop.getLoopVariable(), rewriter);
  loop.setBody(RewriteBody(loop.getBody(), std::move(declared), rewriter));
  return &loop;
}

}  // namespace scope::compiler_plugin
