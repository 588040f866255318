#include "compiler_plugin/closures.h"

#include "clang/AST/RecursiveASTVisitor.h"

namespace scope::compiler_plugin {
namespace {

class LambdaFinder : public clang::RecursiveASTVisitor<LambdaFinder> {
 public:
  explicit LambdaFinder(const std::function<void(clang::LambdaExpr&)>& found) : found_(found) {}

  bool TraverseLambdaExpr(clang::LambdaExpr* lambda) {
    found_(*lambda);  // Lambdas inside of it are found when it is rewritten.
    return true;
  }

 private:
  const std::function<void(clang::LambdaExpr&)>& found_;
};

}  // namespace

const clang::CXXRecordDecl* ClosureOf(const clang::FunctionDecl& function) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  return method != nullptr && method->getParent()->isLambda() ? method->getParent() : nullptr;
}

const clang::FunctionDecl* FunctionAround(const clang::CXXRecordDecl& closure) {
  for (const clang::DeclContext* context = closure.getDeclContext(); context != nullptr;
       context = context->getParent()) {
    const auto* function = llvm::dyn_cast<clang::FunctionDecl>(context);
    if (function != nullptr && ClosureOf(*function) == nullptr) return function;
  }
  return nullptr;
}

void ForEachLambda(clang::Stmt* code, const std::function<void(clang::LambdaExpr&)>& found) {
  LambdaFinder(found).TraverseStmt(code);
}

}  // namespace scope::compiler_plugin
