#include "compiler_plugin/code_delay.h"

#include "clang/AST/DeclCXX.h"
#include "clang/Basic/DiagnosticSema.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Sema/SemaConsumer.h"

namespace scope::compiler_plugin {
namespace {

using clang::ASTConsumer;
using Consumers = std::vector<std::unique_ptr<ASTConsumer>>;

Consumers& ConsumersOf(clang::MultiplexConsumer& all);

// Clang offers no way to the list. An explicit instantiation may name a private member.
template <Consumers clang::MultiplexConsumer::*kMember>
struct Expose {
  friend Consumers& ConsumersOf(clang::MultiplexConsumer& all) { return all.*kMember; }
};
template struct Expose<&clang::MultiplexConsumer::Consumers>;

}  // namespace

bool NeedsCodeDelay(const clang::DiagnosticsEngine& diagnostics) {
  for (unsigned id :
       {clang::diag::warn_unsafe_buffer_operation, clang::diag::warn_unsafe_buffer_variable,
        clang::diag::warn_unsafe_buffer_usage_in_container}) {
    if (!diagnostics.isIgnored(id, clang::SourceLocation())) return true;
  }
  return false;
}

void DelayConsumersBehind(const ASTConsumer& first, clang::CompilerInstance& compiler) {
  // With plugins, the consumer of a compilation always is one that has several.
  auto& all = static_cast<clang::MultiplexConsumer&>(compiler.getASTConsumer());
  bool behind = false;
  for (std::unique_ptr<ASTConsumer>& consumer : ConsumersOf(all)) {
    if (behind && !llvm::isa<clang::SemaConsumer>(consumer.get())) {
      consumer = std::make_unique<CodeDelay>(std::move(consumer));
    }
    behind |= consumer.get() == &first;
  }
}

bool CodeDelay::HandleTopLevelDecl(clang::DeclGroupRef group) {
  Later(&ASTConsumer::HandleTopLevelDecl, group);
  return true;
}

void CodeDelay::HandleInlineFunctionDefinition(clang::FunctionDecl* function) {
  Later(&ASTConsumer::HandleInlineFunctionDefinition, function);
}

void CodeDelay::HandleInterestingDecl(clang::DeclGroupRef group) {
  Later(&ASTConsumer::HandleInterestingDecl, group);
}

void CodeDelay::HandleTagDeclDefinition(clang::TagDecl* tag) {
  Later(&ASTConsumer::HandleTagDeclDefinition, tag);
}

void CodeDelay::HandleTagDeclRequiredDefinition(const clang::TagDecl* tag) {
  Later(&ASTConsumer::HandleTagDeclRequiredDefinition, tag);
}

void CodeDelay::HandleCXXImplicitFunctionInstantiation(clang::FunctionDecl* function) {
  Later(&ASTConsumer::HandleCXXImplicitFunctionInstantiation, function);
}

void CodeDelay::HandleImplicitImportDecl(clang::ImportDecl* import) {
  Later(&ASTConsumer::HandleImplicitImportDecl, import);
}

void CodeDelay::CompleteTentativeDefinition(clang::VarDecl* variable) {
  Later(&ASTConsumer::CompleteTentativeDefinition, variable);
}

void CodeDelay::CompleteExternalDeclaration(clang::DeclaratorDecl* declaration) {
  Later(&ASTConsumer::CompleteExternalDeclaration, declaration);
}

void CodeDelay::AssignInheritanceModel(clang::CXXRecordDecl* record) {
  Later(&ASTConsumer::AssignInheritanceModel, record);
}

void CodeDelay::HandleCXXStaticMemberVarInstantiation(clang::VarDecl* variable) {
  Later(&ASTConsumer::HandleCXXStaticMemberVarInstantiation, variable);
}

void CodeDelay::HandleVTable(clang::CXXRecordDecl* record) {
  Later(&ASTConsumer::HandleVTable, record);
}

void CodeDelay::HandleTranslationUnit(clang::ASTContext& ast) {
  for (const std::function<void()>& call : waiting_) call();
  waiting_.clear();
  delayed_->HandleTranslationUnit(ast);
}

}  // namespace scope::compiler_plugin
