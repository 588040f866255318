#include "compiler_plugin/closures.h"

namespace scope::compiler_plugin {

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

}  // namespace scope::compiler_plugin
