// Rule: a function reports that it was entered, and its parameters. Where it is left is found later
// (lowering/frames.h); there, the entry of a constructor gets in front of its initialisers, too.
//
//   int f(int x) { return x; }  ->  int f(int x) { enter(f); param(x); return x; }

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

void AddParameters(llvm::SmallVectorImpl<clang::Stmt*>& statements, Rewriter& rewriter) {
  for (clang::ParmVarDecl* parameter : rewriter.function().parameters()) {
    const uint32_t node = AddParameterNode(*parameter, rewriter);
    if (node == kNoNode) continue;
    clang::Expr* name = Name(rewriter.ast(), parameter, parameter->getLocation());
    statements.push_back(rewriter.ReportPlaceCall(name, node));
  }
}

// Its body is only a part of what the compiler makes of it.
bool HasMoreThanBody(const clang::FunctionDecl& function) {
  return llvm::isa<clang::CXXConstructorDecl>(function) ||
         (llvm::isa<clang::CXXDestructorDecl>(function) &&
          llvm::isa<clang::CXXTryStmt>(function.getBody()));
}

}  // namespace

uint32_t AddParameterNode(clang::ParmVarDecl& parameter, Rewriter& rewriter) {
  if (parameter.getName().empty()) return kNoNode;
  return rewriter.AddPlaceNode(kScopeEventParam, parameter.getType(), parameter.getLocation(),
                               parameter.getName().str(), HashText(parameter.getName()),
                               rewriter.Redacts(parameter));
}

uint32_t AddFrameNodes(Rewriter& rewriter) {
  if (!rewriter.has_frame()) return kNoNode;
  clang::FunctionDecl& function = rewriter.function();
  const clang::SourceRange name = function.getNameInfo().getSourceRange();
  const uint32_t enter = rewriter.AddMarkNode(kScopeEventEnter, function.getReturnType(), name,
                                              function.getNameAsString(), 0);
  const uint32_t exit =
      rewriter.AddMarkNode(kScopeEventExit, function.getReturnType(),
                           function.getBody()->getEndLoc(), function.getNameAsString(), 0);
  rewriter.unit().list.nodes[enter].exit_index = exit;
  return enter;
}

llvm::SmallVector<clang::Stmt*, 8> MakeFrame(uint32_t enter, Rewriter& rewriter) {
  const clang::SourceLocation where = rewriter.function().getBody()->getBeginLoc();
  llvm::SmallVector<clang::Stmt*, 8> statements;
  if (enter != kNoNode) statements.push_back(rewriter.MarkCall(kEnterHook, enter, where));
  AddParameters(statements, rewriter);
  if (enter != kNoNode && HasMoreThanBody(rewriter.function())) {
    statements.push_back(rewriter.MarkCall(kEnteredHook, enter, where));
  }
  return statements;
}

}  // namespace scope::compiler_plugin
