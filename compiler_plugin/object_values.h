// object_values.h - captures objects by code of the prelude, in one function for each type.
//
// Path:    Rewriter -> THIS -> functions that call __scope::CaptureObject -> code generation
//
// A report of an object is a call of such a function, which is only declared while functions are
// rewritten. Bodies are made at the end of the unit: earlier, a template would be instantiated that
// the program may still specialise. A type about which nothing can be said gets none, and lowering
// takes the calls away.

#pragma once

#include <string>
#include <vector>

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "compiler_plugin/redaction.h"
#include "llvm/ADT/PointerIntPair.h"

namespace clang {
class Expr;
class Sema;
}  // namespace clang

namespace scope::compiler_plugin {

class ObjectValues {
 public:
  ObjectValues(clang::ASTContext& ast, bool enabled) : ast_(ast), enabled_(enabled) {}

  // Whether objects of this type are captured here; what is plain bytes is not.
  bool Captures(clang::QualType type) const;

  // void function(const void* node, const void* object), declared. `always`: it reports an object
  // that has nothing to show, too.
  clang::FunctionDecl* FunctionFor(clang::QualType type, bool always);

  // Makes the bodies of all that have none yet. Returns what code generation does not know yet.
  std::vector<clang::FunctionDecl*> Define(clang::Sema& sema, Redaction& redaction);

 private:
  struct Undefined {
    clang::QualType type;
    clang::FunctionDecl* function;
    bool always;
  };

  // The calls that make the body; none if there is nothing to show.
  clang::Expr* Body(clang::Sema& sema, const Undefined& capture);

  clang::ASTContext& ast_;
  const bool enabled_;
  llvm::DenseMap<llvm::PointerIntPair<const clang::Type*, 1, bool>, clang::FunctionDecl*>
      functions_;
  std::vector<Undefined> undefined_;
};

}  // namespace scope::compiler_plugin
