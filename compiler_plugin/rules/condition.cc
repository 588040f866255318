// Rule: the value that decides is reported; one that the compiler knows is left alone, because code
// generation drops the branch that cannot be reached and what stands in it need not exist.
//
//   if (a < b)  ->  if ((v = a < b, branch(v), v))

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

namespace {

bool HasCall(const clang::Stmt* statement) {
  if (statement == nullptr) return false;
  if (llvm::isa<clang::CallExpr, clang::CXXConstructExpr>(statement)) return true;
  return llvm::any_of(statement->children(), HasCall);
}

}  // namespace

clang::Expr* PinConstant(clang::Expr* condition, Rewriter& rewriter) {
  clang::Expr::EvalResult result;
  if (condition->isValueDependent() || !HasCall(condition) || !condition->isPRValue() ||
      !condition->EvaluateAsRValue(result, rewriter.ast()) || result.HasSideEffects ||
      !result.Val.isInt()) {
    return condition;
  }
  return clang::ConstantExpr::Create(rewriter.ast(), condition, result.Val);
}

clang::Expr* RewriteCondition(clang::Expr* condition, scope_event_kind kind, Rewriter& rewriter) {
  if (condition == nullptr) return nullptr;
  if (rewriter.IsConstant(condition)) {
    rewriter.NoteSkip(kind, condition->getSourceRange(), rewriter.Text(condition),
                      "the compiler knows it");
    return PinConstant(condition, rewriter);
  }
  uint32_t node = kNoNode;
  if (condition->isPRValue()) {
    node = rewriter.AddValueNode(kind, condition->getType(), condition->getSourceRange(),
                                 rewriter.Text(condition), rewriter.Hash(condition),
                                 rewriter.Redacts(condition));
  }
  // In C a comparison is an int; to a person it is true or false.
  if (node != kNoNode && !rewriter.unit().list.nodes[node].redacted &&
      condition->isKnownToHaveBooleanValue()) {
    rewriter.unit().list.nodes[node].type = kScopeValueBool;
  }
  InsideNode inside(rewriter, node);
  return rewriter.Report(rewriter.Rewrite(condition), node);
}

}  // namespace scope::compiler_plugin
