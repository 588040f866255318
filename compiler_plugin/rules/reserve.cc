// Rule: an assignment whose value may come late, or never, says first that it has begun.
//
//   x = f()  ->  reserve(x), x = (v = f(), assign(v), v)

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

bool MayComeBetween(const clang::Stmt* value, Rewriter& rewriter) {
  if (value == nullptr || llvm::isa<clang::LambdaExpr, clang::BlockExpr>(value)) return false;
  if (const auto* call = llvm::dyn_cast<clang::CallExpr>(value)) {
    const unsigned builtin = call->getBuiltinCallee();
    if (builtin == 0 || rewriter.ast().BuiltinInfo.isPredefinedLibFunction(builtin)) return true;
  }
  if (llvm::isa<clang::CXXConstructExpr, clang::CXXNewExpr, clang::CXXThrowExpr,
                clang::CoroutineSuspendExpr, clang::CXXDynamicCastExpr, clang::StmtExpr>(value)) {
    return true;
  }
  return llvm::any_of(value->children(),
                      [&](const clang::Stmt* child) { return MayComeBetween(child, rewriter); });
}

uint32_t AddReserveNode(uint32_t store, const clang::Expr& assign, const clang::Expr& place,
                        Rewriter& rewriter) {
  if (store == kNoNode) return kNoNode;
  const uint32_t node =
      rewriter.AddMarkNode(kScopeEventReserve, place.getType(), assign.getSourceRange(),
                           rewriter.Text(&place), rewriter.Hash(&assign));
  if (node != kNoNode) rewriter.unit().list.nodes[node].of = store;
  return node;
}

clang::Expr* Reserved(uint32_t reserve, clang::Expr* assign, Rewriter& rewriter) {
  if (reserve == kNoNode) return assign;
  clang::Expr* mark = rewriter.MarkCall(kMarkHook, reserve, assign->getBeginLoc());
  return Before(rewriter.ast(), mark, assign);
}

}  // namespace scope::compiler_plugin
