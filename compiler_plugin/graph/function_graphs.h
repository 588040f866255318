// function_graphs.h - how the nodes of each function hang together.
//
// Path:    consumer: Begin() before a body is rewritten, End() after -> THIS -> NodeList
//          rewriter: Note() for each node
// Threads: one compilation, one thread.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler_plugin/graph/function_flow.h"
#include "compiler_plugin/node_ids.h"
#include "compiler_plugin/nodes.h"
#include "compiler_plugin/places.h"

namespace scope::compiler_plugin {

class FunctionGraphs {
 public:
  enum class Depth { kNothing, kCalls, kEverything };

  FunctionGraphs(const FunctionKeys& keys, Places& places, NodeList& list, Depth depth)
      : keys_(keys), places_(places), list_(list), depth_(depth) {}

  // The body is still as it was written.
  void Begin(clang::FunctionDecl& function);
  // A node that was made while `statement` was rewritten.
  void Note(const clang::Stmt* statement, clang::SourceRange range, uint32_t node);
  // `function`: index into NodeList::functions.
  void End(uint32_t function);

 private:
  using SiteNodes = std::vector<uint32_t>;  // By site; kNoNode: none.

  SiteNodes FindNodes() const;
  bool IsOf(const NodeInfo& node, const FunctionInfo& function) const;
  void AddBlocks(FunctionInfo& info) const;
  void AddParameters(FunctionInfo& info) const;
  void AddCalls(const FunctionInfo& info, std::vector<std::vector<OriginInfo>> arguments);
  uint32_t AnchorOf(const clang::Expr* call) const;
  uint32_t NodeOf(const clang::Stmt* statement, scope_event_kind kind) const;
  uint32_t NodeAt(clang::SourceLocation location, scope_event_kind kind) const;
  llvm::ArrayRef<uint32_t> NodesOf(const clang::Stmt* statement) const;
  Place RangeOf(const clang::CFGBlock& block) const;
  uint64_t IdOf(const clang::FunctionDecl& function);
  const std::string& NameOf(const clang::FunctionDecl& function);

  const FunctionKeys& keys_;
  Places& places_;
  NodeList& list_;
  Depth depth_;
  clang::FunctionDecl* function_ = nullptr;
  std::optional<FunctionFlow> flow_;
  uint32_t first_node_ = 0;
  llvm::DenseMap<const clang::Stmt*, llvm::SmallVector<uint32_t, 2>> of_statement_;
  llvm::DenseMap<std::pair<const void*, uint32_t>, uint32_t> at_location_;
  llvm::DenseMap<const clang::FunctionDecl*, uint64_t> ids_;
  llvm::DenseMap<const clang::FunctionDecl*, std::string> names_;
  llvm::DenseSet<uint32_t> done_;  // Functions.
};

}  // namespace scope::compiler_plugin
