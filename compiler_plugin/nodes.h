// nodes.h - what the AST stage tells the IR stage about the nodes it injected.
//
// Path:    AST stage -> THIS -> lowering (tables), ast_map (the section scope_map)
// Threads: one compilation, one thread.
//
// An injected call names its node by `index + 1`, a constant cast to a pointer. One function has at
// most one call of __scope_report_enter, and NodeInfo::exit_index of the entered node names the
// exit, which lowering/frames.h puts where the function is left; in a coroutine it stands where
// __scope_exit_guard is called. One node may appear in several functions of the module: the
// variants of a constructor, or code that template instantiations share.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scope/event.h"

namespace scope::compiler_plugin {

inline constexpr uint32_t kNoNode = UINT32_MAX;

// The names of what is injected; the hooks themselves are in scope/hooks.h.
inline constexpr char kEnterHook[] = "__scope_report_enter";
inline constexpr char kValueHook[] = "__scope_report_value";
inline constexpr char kDoubleHook[] = "__scope_report_double";
inline constexpr char kPointerHook[] = "__scope_report_pointer";
inline constexpr char kMarkHook[] = "__scope_report_mark";
inline constexpr char kExitHook[] = "__scope_report_exit";
// void __scope_exit_guard(const void** guard): the cleanup of the variable that guards a coroutine.
inline constexpr char kExitGuard[] = "__scope_exit_guard";
// void __scope_entered(const void* node): what stands between the entry and this belongs to the
// function's start, wherever Clang has put it.
inline constexpr char kEnteredHook[] = "__scope_entered";
// void __scope_suspend_point(const void* node): what follows is the suspension of this Suspend
// node. The nodes behind it in the list are what else happens there.
inline constexpr char kSuspendPointHook[] = "__scope_suspend_point";
inline constexpr uint32_t kResumeBehind = 1;
inline constexpr uint32_t kDestroyBehind = 2;
inline constexpr uint32_t kFrameBehind = 3;

// Lines and columns count from 1; columns count bytes. The end is behind the last character.
struct Place {
  uint32_t file = 0;  // Index into NodeList::files.
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t end_line = 0;
  uint32_t end_column = 0;
};

struct NodeInfo {
  uint64_t id = 0;
  scope_event_kind kind = kScopeEventEnter;
  scope_value_type type = kScopeValueNone;
  uint32_t exit_index = kNoNode;  // Enter; Suspend where no guard stands yet.
  uint32_t of = kNoNode;          // Reserve: the assignment.
  uint32_t function = 0;          // Index into NodeList::functions.
  uint32_t parent = kNoNode;      // The closest enclosing node; none: the function itself.
  uint32_t type_name = 0;         // Index into NodeList::types.
  Place place;
  std::string name;
};

// Instantiations of one template share their FunctionInfo.
struct FunctionInfo {
  uint64_t id = 0;  // The id of its Enter node.
  std::string name;
  std::string signature;
  Place place;
};

struct NodeList {
  std::vector<NodeInfo> nodes;
  std::vector<FunctionInfo> functions;
  std::vector<std::string> files;  // Absolute paths.
  std::vector<std::string> types;
  uint32_t main_file = 0;
  const char* personality = "__gcc_personality_v0";  // The language's, for exceptions.
};

}  // namespace scope::compiler_plugin
