// Rule: what a dynamic_cast finds is reported: null, or the object of that type.

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteDynamicCast(clang::CXXDynamicCastExpr& cast, Rewriter& rewriter) {
  uint32_t node = kNoNode;
  if (cast.isPRValue()) {
    node =
        rewriter.AddValueNode(kScopeEventMatch, cast.getType(), cast.getSourceRange(),
                              rewriter.Text(&cast), rewriter.Hash(&cast), rewriter.Redacts(&cast));
  }
  InsideNode inside(rewriter, node);
  rewriter.RewriteChildren(&cast);
  return rewriter.Report(&cast, node);
}

}  // namespace scope::compiler_plugin
