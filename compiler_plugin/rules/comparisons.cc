// Rule: a comparison that the compiler has made of == or <=> keeps its shape; what it compares is
// rewritten, and its result reported.
//
//   a != b  is  !(a == b)     a < b  is  (a <=> b) < 0

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteComparison(clang::CXXRewrittenBinaryOperator& comparison, Rewriter& rewriter) {
  const uint32_t node = rewriter.AddNodeOf(kScopeEventResult, comparison);
  InsideNode inside(rewriter, node);
  auto* inner = const_cast<clang::Expr*>(comparison.getDecomposedForm().InnerBinOp);
  if (auto* call = llvm::dyn_cast<clang::CXXOperatorCallExpr>(inner)) {
    if (clang::FunctionDecl* callee = call->getDirectCallee()) rewriter.NoteUse(*callee);
    for (unsigned i = 0; i < call->getNumArgs(); ++i) {
      call->setArg(i, rewriter.Rewrite(call->getArg(i)));
    }
  } else {
    rewriter.RewriteChildren(inner);
  }
  return rewriter.Report(&comparison, node);
}

}  // namespace scope::compiler_plugin
