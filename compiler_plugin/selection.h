// selection.h - which functions get reports: the user's own code, as far as the patterns allow.

#pragma once

#include "clang/AST/ASTContext.h"
#include "compiler_plugin/options.h"

namespace scope::compiler_plugin {

class Selection {
 public:
  Selection(const clang::ASTContext& ast, const Options& options)
      : sources_(ast.getSourceManager()), options_(options) {}

  // False also for what cannot carry reports: declarations, patterns of templates, naked functions.
  bool Includes(const clang::FunctionDecl& function);

  bool IsUserCode(clang::SourceLocation where) const;

 private:
  bool IncludesFile(clang::SourceLocation where);
  bool IncludesName(const clang::FunctionDecl& function) const;

  const clang::SourceManager& sources_;
  const Options& options_;
  llvm::StringMap<bool> files_;
};

}  // namespace scope::compiler_plugin
