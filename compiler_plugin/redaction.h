// redaction.h - which values must never be written down: marks in the source, redact globs.
//
// Path:    selection, marks -> THIS -> rewriter (values), describe (members), lowering (bytes)
// Threads: one compilation, one thread.
//
// What gives a redacted value away counts as redacted: a part, a copy, arithmetic, a variable that
// starts with it, what the standard library makes of it. What compares it does not, and what is
// assigned, passed or returned is followed no further.

#pragma once

#include <utility>
#include <vector>

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "compiler_plugin/selection.h"

namespace scope::compiler_plugin {

class Redaction {
 public:
  Redaction(const clang::ASTContext& ast, const Selection& selection)
      : ast_(ast), selection_(selection) {}

  bool RedactsValue(const clang::Expr* value);
  bool RedactsVariable(const clang::ValueDecl& variable);
  bool RedactsType(clang::QualType type);
  // All values in it, and what it returns.
  bool RedactsFunction(const clang::FunctionDecl& function);
  // Some member, or one of a base.
  bool RedactsMember(const clang::CXXRecordDecl& record);

  // The bytes [begin, end) below `limit` of an object of this type that must not be seen.
  std::vector<std::pair<uint64_t, uint64_t>> Blanks(clang::QualType type, uint64_t limit);

 private:
  bool RedactsCall(const clang::CallExpr& call);
  bool RedactsClass(const clang::TagDecl& declaration);
  void AddBlanks(clang::QualType type, uint64_t at, uint64_t limit,
                 std::vector<std::pair<uint64_t, uint64_t>>& blanks);

  const clang::ASTContext& ast_;
  const Selection& selection_;
  llvm::DenseMap<const clang::Decl*, bool> known_;
  llvm::DenseMap<const void*, bool> known_types_;  // By QualType::getAsOpaquePtr.
};

}  // namespace scope::compiler_plugin
