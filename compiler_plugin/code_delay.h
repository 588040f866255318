// code_delay.h - keeps code generation waiting until the end of the translation unit.
//
// Path:   parser -> THIS -> code generation
//
// -Wunsafe-buffer-usage alone looks at the bodies of all functions at the end of the unit. To show
// it what was written, nothing may be rewritten before, and so nothing emitted.

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"

namespace scope::compiler_plugin {

bool NeedsCodeDelay(const clang::DiagnosticsEngine& diagnostics);

// From now on the consumers behind `first` get everything at the end of the unit, in the same
// order.
void DelayConsumersBehind(const clang::ASTConsumer& first, clang::CompilerInstance& compiler);

class CodeDelay : public clang::ASTConsumer {
 public:
  explicit CodeDelay(std::unique_ptr<clang::ASTConsumer> delayed) : delayed_(std::move(delayed)) {}

  bool HandleTopLevelDecl(clang::DeclGroupRef group) override;
  void HandleInlineFunctionDefinition(clang::FunctionDecl* function) override;
  void HandleInterestingDecl(clang::DeclGroupRef group) override;
  void HandleTagDeclDefinition(clang::TagDecl* tag) override;
  void HandleTagDeclRequiredDefinition(const clang::TagDecl* tag) override;
  void HandleCXXImplicitFunctionInstantiation(clang::FunctionDecl* function) override;
  void HandleImplicitImportDecl(clang::ImportDecl* import) override;
  void CompleteTentativeDefinition(clang::VarDecl* variable) override;
  void CompleteExternalDeclaration(clang::DeclaratorDecl* declaration) override;
  void AssignInheritanceModel(clang::CXXRecordDecl* record) override;
  void HandleCXXStaticMemberVarInstantiation(clang::VarDecl* variable) override;
  void HandleVTable(clang::CXXRecordDecl* record) override;
  void HandleTranslationUnit(clang::ASTContext& ast) override;
  void PrintStats() override { delayed_->PrintStats(); }

 private:
  template <typename Method, typename Argument>
  void Later(Method method, Argument argument) {
    waiting_.push_back([this, method, argument] { (delayed_.get()->*method)(argument); });
  }

  std::unique_ptr<clang::ASTConsumer> delayed_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace scope::compiler_plugin
