// selection.h - which functions and values get reports: the user's own, as far as was asked for.
//
// Path:   options, marks -> THIS -> consumer (functions), rewriter (values)

#pragma once

#include <string>

#include "clang/AST/ASTContext.h"
#include "compiler_plugin/options.h"

namespace scope::compiler_plugin {

class Selection {
 public:
  Selection(const clang::ASTContext& ast, const Options& options);

  // Why a function gets no reports; empty: it does. False also for what cannot carry any.
  llvm::StringRef WhyNot(const clang::FunctionDecl& function);
  bool Includes(const clang::FunctionDecl& function) { return WhyNot(function).empty(); }

  // From here on names mean the locals of `function`.
  void Enter(const clang::FunctionDecl& function);
  // Why a value gets no report. `name`: of the variable or the text of the place.
  llvm::StringRef WhyNot(scope_event_kind kind, llvm::StringRef name, clang::QualType type) const;
  // Globs say that values of this name (type) must not be written down.
  bool RedactsName(llvm::StringRef name) const;
  bool RedactsType(clang::QualType type) const;
  // The same for the text of a place; false for nodes that are no variable's.
  bool RedactsPlace(scope_event_kind kind, llvm::StringRef text) const;

  // What a char* points to is to be captured: of a variable, or returned.
  bool WantsText(scope_event_kind kind, llvm::StringRef name) const;

  bool IsUserCode(clang::SourceLocation where) const;
  // Code that is instrumented if nothing else speaks against it: user code, or all.
  bool IsWantedCode(clang::SourceLocation where) const;

 private:
  bool IncludesFile(clang::SourceLocation where);
  bool IncludesName(const clang::FunctionDecl& function) const;

  const clang::ASTContext& ast_;
  const clang::SourceManager& sources_;
  const Options& options_;
  bool only_marked_;  // The main file has functions that are marked to be the only ones.
  llvm::StringMap<bool> files_;
  llvm::SmallVector<llvm::StringRef, 4> ignored_;  // Locals.
  llvm::SmallVector<llvm::StringRef, 4> texts_;    // Locals.
  bool returns_text_ = false;
};

}  // namespace scope::compiler_plugin
