// function_flow.h - where values go inside one function, looked at before it is rewritten.
//
// Path:    body as it was written -> THIS -> code_graph.h, which puts nodes for sites
//
// A site is a statement or a variable that a node may come to stand for. Which sites have nodes is
// known only when the function was rewritten; a value then passes through those that have none.

#pragma once

#include <memory>
#include <vector>

#include "clang/AST/ASTContext.h"
#include "clang/Analysis/CFG.h"
#include "compiler_plugin/graph/call_anchors.h"
#include "compiler_plugin/graph/memory.h"
#include "compiler_plugin/graph/reaching_values.h"
#include "scope/event.h"

namespace scope::compiler_plugin {

struct Site {
  const clang::Stmt* statement = nullptr;  // Null: a variable or member, named at `location`.
  clang::SourceLocation location;
  scope_event_kind kind = kScopeEventEnter;
  const clang::FunctionDecl* callee = nullptr;  // Of a Result.
};

// The value of `from` is passed as a parameter.
struct PassedValue {
  uint32_t from;  // A site.
  const clang::FunctionDecl* callee;
  uint32_t index;
  uint32_t call;  // Index into FunctionFlow::calls; their number: none of them.
};

struct WrittenCall {
  const clang::Expr* expression;
  const clang::FunctionDecl* callee;  // Null: not known before run time.
  bool is_virtual;
};

// One of the two operands of a ?: that is chosen from.
struct Arm {
  uint32_t choice;  // The site of its branch.
  bool taken;
  uint32_t outer;  // The arm that it stands in; kNoArm: none.
};

struct FunctionFlow {
  std::unique_ptr<clang::CFG> cfg;
  std::vector<Site> sites;  // The first is kUnknownSite.
  std::vector<ValueEdge> edges;
  std::vector<Arm> arms;
  std::vector<PassedValue> passed;
  std::vector<WrittenCall> calls;
  CallAnchors anchors;
  std::vector<Memory> memories;                          // By storage.
  std::vector<std::pair<uint32_t, std::string>> stores;  // Sites, and the names of memories.
};

// `flows`: without, only the calls are collected.
FunctionFlow LookAtFunction(clang::FunctionDecl& function, bool flows);

}  // namespace scope::compiler_plugin
