// Rule: a function reports that it was entered, its parameters, and that it was left.
//
//   int f(int x) { return x; }  ->  int f(int x) { enter(f); cleanup guard; param(x); return x; }

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

void AddParameters(llvm::SmallVectorImpl<clang::Stmt*>& statements, Rewriter& rewriter) {
  for (clang::ParmVarDecl* parameter : rewriter.function().parameters()) {
    if (parameter->getName().empty()) continue;
    const uint32_t node =
        rewriter.AddPlaceNode(kScopeEventParam, parameter->getType(), parameter->getLocation(),
                              parameter->getName().str(), HashText(parameter->getName()));
    if (node == kNoNode) continue;
    clang::Expr* name = Name(rewriter.ast(), parameter, parameter->getLocation());
    statements.push_back(rewriter.ReportPlaceCall(name, node));
  }
}

}  // namespace

llvm::SmallVector<clang::Stmt*, 8> MakeFrame(clang::Stmt* body, Rewriter& rewriter) {
  llvm::SmallVector<clang::Stmt*, 8> statements;
  if (rewriter.has_frame()) {
    clang::FunctionDecl& function = rewriter.function();
    const clang::SourceRange name = function.getNameInfo().getSourceRange();
    const uint32_t enter = rewriter.AddMarkNode(kScopeEventEnter, function.getReturnType(), name,
                                                function.getNameAsString(), 0);
    const uint32_t exit = rewriter.AddMarkNode(kScopeEventExit, function.getReturnType(),
                                               body->getEndLoc(), function.getNameAsString(), 0);
    rewriter.unit().list.nodes[enter].exit_index = exit;
    statements.push_back(rewriter.MarkCall(kEnterHook, enter, body->getBeginLoc()));
    statements.push_back(rewriter.unit().hooks.ExitGuard(function, exit, rewriter.in_constexpr()));
  }
  AddParameters(statements, rewriter);
  return statements;
}

}  // namespace scope::compiler_plugin
