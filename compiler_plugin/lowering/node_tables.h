// node_tables.h - the section "scope_nodes": one table for each function that has nodes.
//
// Path:    prepare_events.h -> THIS (sdk/include/scope/node.h) -> object; lower_events.h reads back
// Threads: one compilation, one thread.

#pragma once

#include <cstdint>
#include <optional>

#include "compiler_plugin/nodes.h"
#include "llvm/ADT/ArrayRef.h"

namespace llvm {
class Constant;
class DataLayout;
class Function;
class GlobalVariable;
class Value;
}  // namespace llvm

namespace scope::compiler_plugin {

// Makes the table of `function` for these nodes, indices into `list` without repetition. Functions
// that the linker may merge get tables that it merges too, but only with equal ones.
llvm::GlobalVariable* EmitNodeTable(llvm::Function& function, const NodeList& list,
                                    llvm::ArrayRef<uint32_t> nodes);

// The address of the n-th node of a table.
llvm::Constant* NodeAddress(llvm::GlobalVariable* table, uint32_t n);

// A node as it stands in a table.
struct TableNode {
  llvm::GlobalVariable* table;
  uint32_t n;
  scope_event_kind kind;
};

// Where `address` points to; nothing if that is not known at compile time.
std::optional<TableNode> FindTableNode(const llvm::Value* address, const llvm::DataLayout& layout);

// Byte offset of the n-th switch in its table.
uint64_t SwitchOffset(uint32_t n);

}  // namespace scope::compiler_plugin
