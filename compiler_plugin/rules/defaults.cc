// Rule: the default value of a parameter or a member is one for all who use it, and left as it is;
// a lambda in it is a function like any other, named after what it is the default of.

#include "compiler_plugin/closures.h"
#include "compiler_plugin/rules/rules.h"
#include "compiler_plugin/subtree_hash.h"

namespace scope::compiler_plugin {
void NameLambdas(clang::Expr* value, uint64_t key, llvm::StringRef name, Unit& unit) {
  NodeIds ids(key);
  ForEachLambda(value, [&](clang::LambdaExpr& lambda) {
    if (unit.keys.KnowsLambda(lambda.getLambdaClass())) return;
    clang::CXXMethodDecl* call_operator = lambda.getCallOperator();
    unit.keys.SetLambda(lambda.getLambdaClass(),
                        ids.NextLambda(*call_operator, name.empty() ? 0 : HashText(name)));
    unit.on_function(call_operator);
  });
}

clang::Stmt* RewriteDefaultArgument(clang::CXXDefaultArgExpr& value, Rewriter& rewriter) {
  clang::ParmVarDecl* parameter = value.getParam();
  const auto* function = llvm::dyn_cast<clang::FunctionDecl>(parameter->getDeclContext());
  if (function == nullptr || !parameter->hasDefaultArg() ||
      parameter->hasUninstantiatedDefaultArg()) {
    return &value;
  }
  NameLambdas(value.getExpr(), rewriter.unit().keys.Find(*function), parameter->getName(),
              rewriter.unit());
  return &value;
}

clang::Stmt* RewriteDefaultMember(clang::CXXDefaultInitExpr& value, Rewriter& rewriter) {
  const clang::FieldDecl* field = value.getField();
  NameLambdas(value.getExpr(), rewriter.unit().keys.OfDeclaration(*field), "", rewriter.unit());
  return &value;
}

}  // namespace scope::compiler_plugin
