// Rule: reading a scalar variable or member by its name reports the value.
//
//   a + b  ->  (v = a, read(v), v) + (w = b, read(w), w)

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteRead(clang::ImplicitCastExpr& read, Rewriter& rewriter) {
  const clang::Expr* place = read.getSubExpr()->IgnoreParens();
  const bool named = llvm::isa<clang::DeclRefExpr, clang::MemberExpr>(place);
  uint32_t node = kNoNode;
  // A constant may be read where the variable itself does not exist: in a lambda without capture.
  if (named && rewriter.Wants(kScopeEventRead) && !place->getType().isVolatileQualified() &&
      !rewriter.IsConstant(&read)) {
    node =
        rewriter.AddValueNode(kScopeEventRead, place->getType(), place->getSourceRange(),
                              rewriter.Text(place), rewriter.Hash(place), rewriter.Redacts(place));
  }
  InsideNode inside(rewriter, node);
  rewriter.RewriteChildren(&read);
  return rewriter.Report(&read, node);
}

}  // namespace scope::compiler_plugin
