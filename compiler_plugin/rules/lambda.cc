// Rule: a lambda is a function of its own; what it captures with a value of its own is reported.
//
//   [n = f()] {}  ->  [n = (v = f(), init(v), v)] {}

#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {

namespace {

void RewriteCapture(clang::VarDecl& variable, clang::Expr*& value, Rewriter& rewriter) {
  uint32_t node = kNoNode;
  if (value->isPRValue() && !variable.getType()->isReferenceType()) {
    const uint64_t hash = MixHash(HashText(variable.getName()), rewriter.Hash(value));
    node = rewriter.AddValueNode(kScopeEventInit, variable.getType(), variable.getLocation(),
                                 variable.getName().str(), hash, rewriter.Redacts(variable));
  }
  InsideNode inside(rewriter, node);
  value = rewriter.Report(rewriter.Rewrite(value), node);
}

}  // namespace

clang::Stmt* RewriteLambda(clang::LambdaExpr& lambda, Rewriter& rewriter) {
  clang::CXXMethodDecl* call_operator = lambda.getCallOperator();
  rewriter.unit().keys.SetLambda(
      lambda.getLambdaClass(),
      rewriter.ids().NextLambda(*call_operator, rewriter.lambda_context()));
  rewriter.unit().on_function(call_operator);
  clang::LambdaExpr::capture_init_iterator value = lambda.capture_init_begin();
  for (const clang::LambdaCapture& capture : lambda.captures()) {
    const bool has_value = lambda.isInitCapture(&capture) && *value != nullptr;
    auto* variable = has_value ? llvm::dyn_cast<clang::VarDecl>(capture.getCapturedVar()) : nullptr;
    if (variable != nullptr) RewriteCapture(*variable, *value, rewriter);
    ++value;
  }
  return &lambda;
}

}  // namespace scope::compiler_plugin
