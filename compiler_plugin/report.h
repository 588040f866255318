// report.h - what was instrumented and what was skipped, and why: -fplugin-arg-scope-report=FILE.
//
// Path:   consumer, rewriter -> THIS -> one JSON object a line, appended at the end of the unit
// Fails:  a file that cannot be written is an error of the compilation.
//
// Many compilations may append to one file at a time: the lines of a unit are written at once.

#pragma once

#include <string>

#include "clang/AST/Decl.h"
#include "compiler_plugin/nodes.h"
#include "llvm/Support/Error.h"

namespace scope::compiler_plugin {

class Report {
 public:
  Report(const clang::ASTContext& ast, std::string path) : ast_(ast), path_(std::move(path)) {}

  bool wanted() const { return !path_.empty(); }

  void Instrumented(const clang::FunctionDecl& function, uint64_t id, size_t node_count);
  void Skipped(const clang::FunctionDecl& function, llvm::StringRef why);
  // A value that might have been reported. `what`: the kind of node or of statement.
  void Skipped(clang::SourceRange range, llvm::StringRef what, llvm::StringRef name,
               llvm::StringRef why);

  llvm::Error Write();

 private:
  const clang::ASTContext& ast_;
  std::string path_;
  std::string lines_;
};

}  // namespace scope::compiler_plugin
