// Rule: a call reports the scalar that it returns. Calls of built-in functions stay as they are:
// their arguments may have to be constants.

#include "clang/AST/Attr.h"
#include "clang/Basic/Builtins.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

std::string CalleeName(const clang::CallExpr& call, Rewriter& rewriter) {
  if (const clang::FunctionDecl* callee = call.getDirectCallee()) return callee->getNameAsString();
  return rewriter.Text(call.getCallee());
}

bool IsCompilersOwn(const clang::CallExpr& call, Rewriter& rewriter) {
  const unsigned builtin = call.getBuiltinCallee();
  return builtin != 0 && !rewriter.ast().BuiltinInfo.isPredefinedLibFunction(builtin);
}

// __builtin_expect(condition, likely value): only the condition is evaluated.
bool IsExpect(const clang::CallExpr& call) {
  return call.getBuiltinCallee() == clang::Builtin::BI__builtin_expect;
}

// The size of such an argument is computed from the expression itself.
bool IsMeasured(const clang::CallExpr& call, unsigned argument) {
  const clang::FunctionDecl* callee = call.getDirectCallee();
  if (callee == nullptr || argument >= callee->getNumParams()) return false;
  return callee->getParamDecl(argument)->hasAttr<clang::PassObjectSizeAttr>();
}

// The callee itself must keep its shape; what it is called on may be rewritten.
void RewriteObject(clang::CallExpr& call, Rewriter& rewriter) {
  if (clang::FunctionDecl* callee = call.getDirectCallee()) rewriter.NoteUse(*callee);
  if (auto* member = llvm::dyn_cast<clang::MemberExpr>(call.getCallee()->IgnoreParenImpCasts())) {
    member->setBase(rewriter.Rewrite(member->getBase()));
  }
}

}  // namespace

void RewriteArgument(clang::CallExpr& call, unsigned argument, uint32_t node, Rewriter& rewriter) {
  clang::Expr* value = call.getArg(argument);
  if (auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(value)) {
    // The temporary lives as long as before: it stays the outermost part.
    clang::Stmt*& slot = *temporary->children().begin();
    slot = rewriter.Report(rewriter.Rewrite(llvm::cast<clang::Expr>(slot)), node);
    rewriter.Keep(temporary);
    return;
  }
  call.setArg(argument, rewriter.Report(rewriter.Rewrite(value), node));
}

clang::Stmt* RewriteCall(clang::CallExpr& call, Rewriter& rewriter) {
  if (IsExpect(call)) {
    call.setArg(0, rewriter.Rewrite(call.getArg(0)));
    return &call;
  }
  if (IsCompilersOwn(call, rewriter)) return &call;
  uint32_t node = kNoNode;
  if (call.isPRValue() && rewriter.Wants(kScopeEventResult)) {
    node = rewriter.AddValueNode(kScopeEventResult, call.getType(), call.getSourceRange(),
                                 CalleeName(call, rewriter), rewriter.Hash(&call));
  }
  InsideNode inside(rewriter, node);
  InsideContext context(rewriter, HashText(CalleeName(call, rewriter)));
  RewriteObject(call, rewriter);
  for (unsigned i = 0; i < call.getNumArgs(); ++i) {
    if (!IsMeasured(call, i)) call.setArg(i, rewriter.Rewrite(call.getArg(i)));
  }
  return rewriter.Report(&call, node);
}

}  // namespace scope::compiler_plugin
