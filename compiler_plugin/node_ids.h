// node_ids.h - names that outlive a build: docs/node_ids.md says what they are made of.
//
// Path:  declaration, kind, subtree -> THIS -> NodeInfo::id

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "scope/event.h"

namespace scope::compiler_plugin {

// A key for each function; all instantiations of a template have the key of the template.
class FunctionKeys {
 public:
  uint64_t Find(const clang::FunctionDecl& function) const;

  // A lambda has no name of its own: its key comes from where it stands, and it is set by the walk
  // through the enclosing function.
  void SetLambda(const clang::CXXRecordDecl* lambda, uint64_t key) { lambdas_[lambda] = key; }
  bool KnowsLambda(const clang::CXXRecordDecl* lambda) const { return lambdas_.contains(lambda); }

  static uint64_t OfDeclaration(const clang::NamedDecl& declaration);

 private:
  llvm::DenseMap<const clang::CXXRecordDecl*, uint64_t> lambdas_;
};

// The ids inside one function. Equal subtrees of one kind are told apart by their order.
class NodeIds {
 public:
  explicit NodeIds(uint64_t function_key) : function_key_(function_key) {}

  uint64_t Next(scope_event_kind kind, uint64_t subtree_hash);

  // `context`: the variable that it initialises or the function that it is passed to.
  uint64_t NextLambda(const clang::CXXMethodDecl& call_operator, uint64_t context);

 private:
  uint64_t Numbered(uint64_t hash);

  uint64_t function_key_;
  llvm::DenseMap<uint64_t, uint32_t> seen_;
};

}  // namespace scope::compiler_plugin
