// Rule: a scalar that is returned is reported.
//
//   return x + 1;  ->  return (v = x + 1, return_value(v), v);

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteReturn(clang::ReturnStmt& statement, Rewriter& rewriter) {
  clang::Expr* value = statement.getRetValue();
  if (value == nullptr) return &statement;
  uint32_t node = kNoNode;
  if (value->isPRValue()) {
    node =
        rewriter.AddValueNode(kScopeEventReturn, value->getType(), value->getSourceRange(),
                              rewriter.Text(value), rewriter.Hash(value), rewriter.Redacts(value));
  }
  InsideNode inside(rewriter, node);
  value = rewriter.Rewrite(value);
  statement.setRetValue(rewriter.Report(value, node));
  return &statement;
}

}  // namespace scope::compiler_plugin
