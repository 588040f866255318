// matchers.h - selection by what the code is: AST matcher expressions, as clang-query reads them.
//
// Path:   options -> THIS, run on each function before it is rewritten -> rewriter, for each node
// Fails:  an expression that cannot be read is an error with line and column.
//
// An expression binds what has the name "node", or else what it matches as a whole. A bound
// statement, variable or function stands for the node that it makes; a bound value that makes none
// of its own gets one of kind Value. Ancestors are known up to the function.

#pragma once

#include <string>
#include <vector>

#include "clang/AST/ASTContext.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/Error.h"
#include "scope/event.h"

namespace scope::compiler_plugin {

class Matches {
 public:
  llvm::Error Add(llvm::StringRef option, llvm::StringRef expression, bool arms);

  // Only what is bound is instrumented.
  bool limits() const { return limits_; }

  void Run(clang::FunctionDecl& function);

  // What a node is made for: `statement` is being rewritten, `range` is the node's.
  struct Candidate {
    scope_event_kind kind;
    const clang::Stmt* statement;
    clang::SourceRange range;
    const clang::FunctionDecl& function;
  };
  bool Allows(const Candidate& candidate) const;
  bool Arms(const Candidate& candidate) const;

  // A value that gets a node of kind Value.
  bool BindsValue(const clang::Stmt* statement) const;

 private:
  struct Bound {
    llvm::DenseSet<const clang::Stmt*> statements;
    llvm::DenseSet<const clang::Decl*> functions;
    llvm::DenseSet<clang::SourceLocation> variables;  // Where they are named.

    void Add(const clang::DynTypedNode& node);
    bool Has(const Candidate& candidate) const;
  };
  struct Expression {
    clang::ast_matchers::internal::DynTypedMatcher matcher;
    bool arms;
  };

  std::vector<Expression> expressions_;
  bool limits_ = false;
  Bound instrumented_;
  Bound armed_;
};

}  // namespace scope::compiler_plugin
