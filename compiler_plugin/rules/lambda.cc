// Rule: a lambda is a function of its own. Its captures stay as they are.

#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteLambda(clang::LambdaExpr& lambda, Rewriter& rewriter) {
  clang::CXXMethodDecl* call_operator = lambda.getCallOperator();
  rewriter.unit().keys.SetLambda(
      lambda.getLambdaClass(),
      rewriter.ids().NextLambda(*call_operator, rewriter.lambda_context()));
  rewriter.unit().on_function(call_operator);
  return &lambda;
}

}  // namespace scope::compiler_plugin
