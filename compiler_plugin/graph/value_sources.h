// value_sources.h - which sites of a function an expression takes its value from.
//
// Path:    function_flow.cc -> THIS -> edges between sites, uses of storages

#pragma once

#include <utility>
#include <vector>

#include "clang/AST/Expr.h"
#include "compiler_plugin/graph/function_flow.h"
#include "llvm/ADT/DenseMap.h"

namespace scope::compiler_plugin {

class Sites {
 public:
  Sites() : all_(1) {}

  uint32_t OfStatement(scope_event_kind kind, const clang::Stmt* statement);
  uint32_t OfVariable(scope_event_kind kind, clang::SourceLocation location);
  // What is passed in one place. It stands for the argument's own node, if there is one.
  uint32_t OfArgument(const clang::Expr* argument) {
    return OfStatement(kScopeEventArgument, argument);
  }
  void SetCallee(uint32_t site, const clang::FunctionDecl* callee) { all_[site].callee = callee; }

  bool IsOfVariable(uint32_t site) const { return all_[site].statement == nullptr; }

  std::vector<Site> Take() { return std::move(all_); }

 private:
  std::vector<Site> all_;
  llvm::DenseMap<std::pair<const void*, uint32_t>, uint32_t> numbers_;
};

class ValueSources {
 public:
  ValueSources(Sites& sites, Storages& storages, FunctionFlow& flow)
      : sites_(sites), storages_(storages), flow_(flow) {}

  // Where uses of whole objects go, which are looked up when all stores are known.
  void SetSteps(std::vector<Step>* steps) { steps_ = steps; }

  // `sink` takes the value of `expression`. Null: nothing.
  void Add(const clang::Expr* expression, uint32_t sink);

  // `sink` reads `place`: it depends on the indices and pointers in it, too.
  void AddPath(const clang::Expr* place, uint32_t sink);

  // `sink` takes what lies at `place`.
  void AddUse(const clang::Expr* place, uint32_t sink);

 private:
  void AddObject(const clang::Expr* place, uint32_t sink);
  void AddArm(const clang::ConditionalOperator& choice, bool taken, uint32_t sink);
  void AddChildren(const clang::Expr* expression, uint32_t sink);

  Sites& sites_;
  Storages& storages_;
  FunctionFlow& flow_;
  uint32_t arm_ = kNoArm;  // What is being looked at stands in it.
  std::vector<Step>* steps_ = nullptr;
};

}  // namespace scope::compiler_plugin
