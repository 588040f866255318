// Rule: the statements of a block, one after the other; room for the reports of constant locals.
//
//   const int n = 3;  ->  const int n = 3; init(n);

#include "compiler_plugin/expressions.h"
#include "compiler_plugin/rules/rules.h"

namespace scope::compiler_plugin {

clang::Stmt* RewriteCompound(clang::CompoundStmt& compound, Rewriter& rewriter) {
  llvm::SmallVector<clang::Stmt*, 16> statements;
  for (clang::Stmt* statement : compound.body()) {
    statements.push_back(rewriter.RewriteStatement(statement));
    auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement);
    if (declarations == nullptr) continue;
    for (clang::Decl* declaration : declarations->decls()) {
      auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration);
      if (variable == nullptr) continue;
      clang::Stmt* report = ReportDeclared(*variable, rewriter);
      if (report != nullptr) statements.push_back(report);
    }
  }
  if (statements.size() == compound.size()) {
    llvm::copy(statements, compound.body_begin());
    return &compound;
  }
  return WithStatements(rewriter.ast(), compound, statements);
}

}  // namespace scope::compiler_plugin
