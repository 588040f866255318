// reaching_values.h - which stores a read may see: reaching definitions over the control flow
// graph.
//
// Path:    function_flow.h -> THIS -> edges from stores to what uses them
//
// A site is anything in a function that has a value or gives one. Site 0 is a place that is not
// known: what a function that was called, or a store through a pointer, may have left behind.

#pragma once

#include <cstdint>
#include <vector>

#include "clang/Analysis/CFG.h"
#include "compiler_plugin/graph/storage.h"

namespace scope::compiler_plugin {

inline constexpr uint32_t kUnknownSite = 0;
inline constexpr uint32_t kNoArm = UINT32_MAX;

// The value of the site `from` is used by the site `to`.
struct ValueEdge {
  uint32_t from;
  uint32_t to;
  uint32_t storage = kNoStorage;  // Where it lay in between, as `to` names it; none: nowhere.
  uint32_t arm = kNoArm;          // FunctionFlow::arms: only if this was evaluated.
};

struct Step {
  enum Kind : uint8_t { kUse, kStore, kClobber };

  Kind kind;
  Access access;
  uint32_t site;  // kUse: who uses it. kStore: who stores.
  uint32_t arm = kNoArm;
};

// The steps of each block, by its number, in the order of evaluation.
using BlockSteps = std::vector<std::vector<Step>>;

// Nothing for a function that is too large to be looked at.
std::vector<ValueEdge> FindReachingValues(const clang::CFG& cfg, const BlockSteps& steps,
                                          const Storages& storages);

}  // namespace scope::compiler_plugin
