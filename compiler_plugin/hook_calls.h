// hook_calls.h - builds the calls of the hooks as AST nodes.
//
// Path:   rules -> THIS -> the function's body
// Nothing is looked up and no Sema is needed: the program does not have to declare the hooks.

#pragma once

#include <initializer_list>

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"

namespace scope::compiler_plugin {

class HookCalls {
 public:
  explicit HookCalls(clang::ASTContext& ast) : ast_(ast) {}

  // Calls void hook(const void* node).
  clang::Expr* Mark(const char* hook, uint32_t node, clang::SourceLocation where);

  // Reports a scalar prvalue through the hook for its type.
  clang::Expr* Value(uint32_t node, clang::Expr* value, clang::SourceLocation where);

  // Reports what the char* `value` points to, while the node is switched on.
  clang::Expr* Text(uint32_t node, clang::Expr* value, clang::SourceLocation where);

  // Reports the first `bytes` of the `whole` bytes of an object, which stays where it is.
  clang::Expr* Object(uint32_t node, clang::Expr* place, uint64_t bytes, uint64_t whole,
                      clang::SourceLocation where);

  // Has an object looked at where it stays, by `capture`, while the node is switched on.
  clang::Expr* Captured(uint32_t node, clang::Expr* place, clang::FunctionDecl* capture,
                        clang::SourceLocation where);

  // The variable whose destruction reports the exit.
  clang::Stmt* ExitGuard(clang::FunctionDecl& function, uint32_t exit_node, bool in_constexpr);

  // The call, skipped while the compiler evaluates a constant.
  clang::Expr* UnlessConstant(clang::Expr* call);

 private:
  clang::Expr* Wide(uint32_t node, clang::Expr* value, clang::QualType type,
                    clang::SourceLocation where);
  clang::FunctionDecl* Declare(llvm::StringRef name, std::initializer_list<clang::QualType> types,
                               clang::QualType result = clang::QualType());
  clang::Expr* Callee(clang::FunctionDecl* function, clang::SourceLocation where);
  clang::Expr* Call(llvm::StringRef hook, llvm::ArrayRef<clang::Expr*> arguments,
                    clang::SourceLocation where);
  clang::Expr* Node(uint32_t node, clang::SourceLocation where);
  clang::Expr* IfOn(uint32_t node, clang::Expr* call, clang::SourceLocation where);
  clang::Expr* IsConstantEvaluated(clang::SourceLocation where);
  clang::QualType NodePointer() const;

  clang::ASTContext& ast_;
  clang::DeclContext* owner_ = nullptr;
  clang::FunctionDecl* is_constant_evaluated_ = nullptr;
  llvm::StringMap<clang::FunctionDecl*> hooks_;
};

}  // namespace scope::compiler_plugin
