// consumer.h - decides when each function is rewritten.
//
// Path:   parser -> THIS -> Rewriter -> code generation, which comes behind this consumer
//
// Too early, and Sema builds instantiations and diagnostics from rewritten code; too late, and code
// generation has passed. So:
//   - a strong function is rewritten when it is complete, since it is emitted next;
//   - inline functions and lambdas are emitted at the end of the unit and rewritten just before;
//   - so is the initialiser of a variable outside of functions;
//   - an instantiation shares code with its template, from which more instantiations may come. Code
//     generation does not get to see it (the consumer returns false, which Sema ignores) until the
//     end of the unit, when it is rewritten and handed on;
//   - with -Wunsafe-buffer-usage everything waits for the end (code_delay.h);
//   - constexpr functions come last, so that what the compiler can fold is known before.

#pragma once

#include <optional>
#include <vector>

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "compiler_plugin/options.h"
#include "compiler_plugin/unit.h"

namespace scope::compiler_plugin {

class Consumer : public clang::ASTConsumer {
 public:
  Consumer(clang::CompilerInstance& compiler, Options options, std::shared_ptr<NodeList> list);

  bool HandleTopLevelDecl(clang::DeclGroupRef group) override;
  void HandleInterestingDecl(clang::DeclGroupRef group) override;
  void HandleInlineFunctionDefinition(clang::FunctionDecl* function) override;
  void HandleCXXStaticMemberVarInstantiation(clang::VarDecl* variable) override;
  void HandleTagDeclDefinition(clang::TagDecl* tag) override;
  void HandleTranslationUnit(clang::ASTContext& ast) override;

 private:
  void Start();
  bool Failed() const { return compiler_.getDiagnostics().hasErrorOccurred(); }
  void VisitDeclaration(clang::Decl* declaration);
  void VisitFunction(clang::FunctionDecl* function);
  void VisitVariable(clang::VarDecl* variable);
  void VisitStaticMembers(clang::CXXRecordDecl& record);
  void RunInitialiser(clang::VarDecl& variable);
  void RunLater(clang::FunctionDecl* function);
  bool MayBeEmitted(const clang::FunctionDecl& function) const;
  bool AwaitsLambdaKey(const clang::FunctionDecl& function) const;
  void QueueUnannounced();
  void RunWaiting();
  void Run(clang::FunctionDecl* function);
  // `initialised`: the variable that `function` stands for.
  void RunOn(clang::FunctionDecl& function, clang::VarDecl* initialised);

  clang::CompilerInstance& compiler_;
  Options options_;
  std::shared_ptr<NodeList> list_;
  std::optional<Unit> unit_;
  llvm::DenseSet<const clang::FunctionDecl*> done_;
  llvm::DenseSet<const clang::VarDecl*> initialised_;
  std::vector<clang::VarDecl*> waiting_variables_;
  std::vector<clang::FunctionDecl*> waiting_;
  std::vector<clang::FunctionDecl*> waiting_constexpr_;
  std::vector<clang::CXXRecordDecl*> classes_;
  std::vector<clang::FunctionDecl*> held_back_;  // From code generation.
  bool handing_on_ = false;
  bool code_waits_ = false;
};

}  // namespace scope::compiler_plugin
