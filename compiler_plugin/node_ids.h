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
  // `root`: an absolute folder. What has internal linkage and stands in a file below it is told
  // apart by the file's path from there; otherwise by the file's name alone. Empty: none.
  explicit FunctionKeys(std::string root) : root_(std::move(root)) {}

  uint64_t Find(const clang::FunctionDecl& function) const;

  // The id of the function's Enter node.
  uint64_t EnterId(const clang::FunctionDecl& function) const;

  // A lambda has no name of its own: its key comes from where it stands, and it is set by the walk
  // through the enclosing function.
  void SetLambda(const clang::CXXRecordDecl* lambda, uint64_t key) { lambdas_[lambda] = key; }
  bool KnowsLambda(const clang::CXXRecordDecl* lambda) const { return lambdas_.contains(lambda); }

  // The same for a function that stands for code outside of functions (stand_ins.h).
  void SetStandIn(const clang::FunctionDecl* function, uint64_t key) { stand_ins_[function] = key; }

  uint64_t OfDeclaration(const clang::NamedDecl& declaration) const;

 private:
  uint64_t PathKey(const clang::NamedDecl& declaration) const;

  std::string root_;
  llvm::DenseMap<const clang::CXXRecordDecl*, uint64_t> lambdas_;
  llvm::DenseMap<const clang::FunctionDecl*, uint64_t> stand_ins_;
};

// The ids inside one function. Equal subtrees of one kind are told apart by their order.
class NodeIds {
 public:
  explicit NodeIds(uint64_t function_key) : function_key_(function_key) {}

  uint64_t Next(scope_event_kind kind, uint64_t subtree_hash);

  // `context`: the variable that it initialises or the function that it is passed to.
  uint64_t NextLambda(const clang::CXXMethodDecl& call_operator, uint64_t context);
  uint64_t NextBlock(const clang::BlockDecl& block, uint64_t context);

 private:
  uint64_t Numbered(uint64_t hash);

  uint64_t function_key_;
  llvm::DenseMap<uint64_t, uint32_t> seen_;
};

}  // namespace scope::compiler_plugin
