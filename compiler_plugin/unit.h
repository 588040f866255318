// unit.h - what all functions of one translation unit share while they are rewritten.

#pragma once

#include <functional>

#include "compiler_plugin/ast_map/types.h"
#include "compiler_plugin/graph/function_graphs.h"
#include "compiler_plugin/hook_calls.h"
#include "compiler_plugin/matchers.h"
#include "compiler_plugin/node_ids.h"
#include "compiler_plugin/nodes.h"
#include "compiler_plugin/object_values.h"
#include "compiler_plugin/options.h"
#include "compiler_plugin/places.h"
#include "compiler_plugin/redaction.h"
#include "compiler_plugin/report.h"
#include "compiler_plugin/selection.h"

namespace scope::compiler_plugin {

struct Unit {
  Unit(clang::ASTContext& ast, PathPrefixes prefixes, const Options& options, NodeList& list);

  // Index into NodeList::functions; instantiations of a template share one.
  uint32_t FunctionIndex(const clang::FunctionDecl& function, uint64_t enter_id);
  // Index into NodeList::instances; kNoNode: it is no instance of a template and in none. `index`:
  // its FunctionIndex.
  uint32_t InstanceIndex(const clang::FunctionDecl& function, uint32_t index);

  clang::ASTContext& ast;
  const Options& options;
  scope_level chosen_level;
  NodeList& list;
  Places places;
  Types types;
  HookCalls hooks;
  ObjectValues objects;
  FunctionKeys keys;
  Selection selection;
  Redaction redaction;
  Matches matches;
  FunctionGraphs graphs;
  Report report;

  // What each visited statement became. Instantiations of a template share what does not depend on
  // its arguments, and the second one to come must find the rewritten form.
  llvm::DenseMap<const clang::Stmt*, clang::Stmt*> rewritten;
  // Bodies of lambdas and of functions read from a precompiled header, met on the way.
  std::function<void(clang::FunctionDecl*)> on_function;

 private:
  llvm::DenseMap<uint64_t, uint32_t> functions_;
  llvm::DenseMap<uint64_t, uint32_t> instances_;
};

}  // namespace scope::compiler_plugin
