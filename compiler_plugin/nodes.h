// nodes.h - what the AST stage tells the IR stage about the nodes it injected.
//
// Path:    AST stage -> THIS -> lowering (tables), ast_map (the section scope_map)
// Threads: one compilation, one thread.
//
// An injected call names its node by `index + 1`, a constant cast to a pointer; a call of
// __scope_report_bytes or __scope_is_on whose node is none is left as it is, and its node must be
// the address of one. One function has at most one call of __scope_report_enter, and
// NodeInfo::exit_index of the entered node names the exit, which lowering/frames.h puts where the
// function is left; in a coroutine it stands where __scope_exit_guard is called. One node may
// appear in several functions of the module: the variants of a constructor, or code that template
// instantiations share.

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
inline constexpr char kBytesHook[] = "__scope_report_bytes";
inline constexpr char kIsOnHook[] = "__scope_is_on";
// const scope_node* __scope_node(const void* node): the node's address, for code that is not
// injected itself and reports it later. Nothing is left of the call.
inline constexpr char kNodeHook[] = "__scope_node";
// void __scope_report_wide.<type>(const void* node, T value): a wide value that has no address. One
// function for each type; none of them is left in the object.
inline constexpr char kWideHookPrefix[] = "__scope_report_wide.";
// void __scope_report_text(const void* node, const char* text): only while the node is switched on.
inline constexpr char kTextHook[] = "__scope_report_text";
// void __scope_object_<n>(const void* node, const void* object): captures an object of one type.
// The node is an address. One that is not defined is of a type that has nothing to show.
inline constexpr char kObjectHookPrefix[] = "__scope_object_";
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
  uint32_t instance = kNoNode;    // Index into NodeList::instances.
  uint32_t loop = kNoNode;        // The innermost Loop around it.
  bool ends_turn = false;         // Loop: its event comes behind the turn that it decides on.
  uint32_t parent = kNoNode;      // The closest enclosing node; none: the function itself.
  uint32_t type_name = 0;         // Index into NodeList::types.
  Place place;
  std::string name;
  bool armed = false;
  bool redacted = false;  // Its type is none: there is no value.
  std::string macro;      // Of code from a macro: its name, and where its text stands.
  Place spelling;
  // Of an object that is captured as bytes: [begin, end) of what must not be seen.
  std::vector<std::pair<uint64_t, uint64_t>> blanks;
};

// A basic block of the control flow graph; block 0 is the exit.
struct BlockInfo {
  std::vector<uint32_t> nodes;  // Indices into NodeList::nodes.
  std::vector<uint32_t> successors;
  std::vector<uint32_t> controls;  // Nodes that decide whether it runs.
  Place range;
};

// Instantiations of one template share their FunctionInfo; what it says about the body it says of
// the first of them.
struct FunctionInfo {
  uint64_t id = 0;  // The id of its Enter node.
  std::string name;
  std::string signature;
  Place place;
  Place range;
  std::string instance;
  std::vector<uint32_t> parameters;  // Nodes by index; kNoNode: not reported.
  std::vector<uint32_t> returns;     // Nodes.
  std::vector<BlockInfo> blocks;
};

// One of them, or what stands in one.
struct InstanceInfo {
  uint64_t id = 0;
  uint32_t function = 0;  // Index into NodeList::functions.
  std::string name;       // "ns::Box<int>::get"
  std::string signature;
};

// Between two nodes, or between a node and a function, which is named by its id.
struct FlowInfo {
  enum Kind : uint8_t { kValue, kArgument, kReturned };

  uint32_t from = kNoNode;  // kValue: none means that it is not known.
  uint32_t to = kNoNode;
  uint64_t function = 0;  // kArgument: where it goes. kReturned: where it comes from.
  Kind kind = kValue;
  uint16_t index = 0;  // Of the parameter.
};

// A place where one of the values of `to` may come from. Rows of one `to` with one `slot` are
// places of the same value.
struct OriginInfo {
  enum Kind : uint8_t { kNode, kReturned, kUnknown, kOneObject, kSomeObject };

  uint32_t to = kNoNode;    // Of a call's argument: none.
  uint32_t node = kNoNode;  // kNode.
  uint64_t name = 0;        // kReturned: the function; of objects, the hash of their memory's name.
  uint16_t slot = 0;        // Of an argument: its index is in `parameter`.
  uint16_t parameter = 0;
  Kind kind = kNode;
};

// The value in a slot is only taken if the branch `decider` was `taken`.
struct ArmInfo {
  uint32_t to = kNoNode;
  uint32_t decider = kNoNode;
  uint16_t slot = 0;
  bool taken = false;
};

// The node writes an object that other functions know by `memory`.
struct MemoryStoreInfo {
  uint64_t memory = 0;
  uint32_t node = kNoNode;
};

struct CallInfo {
  uint64_t caller = 0;
  uint64_t callee = 0;
  std::string callee_name;
  uint32_t node = kNoNode;
  Place range;
  bool is_virtual = false;
  std::vector<OriginInfo> arguments;
};

// The text of a file; `text` is empty when only its hash is wanted, otherwise zstd.
struct SourceInfo {
  uint32_t file = 0;
  uint64_t hash = 0;
  uint64_t bytes = 0;
  std::string text;
};

inline constexpr uint32_t kNoType = UINT32_MAX;

// The same fields as in sdk/schema/ast_map.fbs, which says what they mean.
struct MemberFacts {
  std::string name;
  uint32_t type = kNoType;
  uint64_t bit_offset = 0;
  uint32_t bit_width = 0;
  bool is_base = false;
};

struct EnumeratorFacts {
  std::string name;
  int64_t value = 0;
};

struct TypeFacts {
  uint8_t kind = 0;
  uint64_t bytes = 0;
  uint32_t element = kNoType;
  uint64_t count = 0;
  std::vector<MemberFacts> members;
  std::vector<EnumeratorFacts> enumerators;
};

struct NodeList {
  std::vector<NodeInfo> nodes;
  std::vector<FunctionInfo> functions;
  std::vector<InstanceInfo> instances;
  std::vector<std::string> files;  // Absolute paths.
  std::vector<std::string> types;
  std::vector<FlowInfo> flows;
  std::vector<CallInfo> calls;
  std::vector<OriginInfo> origins;
  std::vector<ArmInfo> arms;
  std::vector<MemoryStoreInfo> stores;
  std::vector<SourceInfo> sources;
  std::vector<TypeFacts> type_facts;  // By the index of types.
  uint32_t main_file = 0;
  const char* personality = "__gcc_personality_v0";  // The language's, for exceptions.
};

}  // namespace scope::compiler_plugin
