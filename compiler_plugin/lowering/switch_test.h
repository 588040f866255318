// switch_test.h - the code that looks at the switches of some nodes.
//
// Path:  write_group.h, copy_blocks.h -> THIS -> loads from "scope_nodes"
//
// Switch bytes that lie within 8 bytes of one table are loaded at once. Bytes of other nodes, or of
// the nodes that follow the switches, are masked out.

#pragma once

#include <vector>

#include "compiler_plugin/lowering/node_tables.h"

namespace llvm {
class IRBuilderBase;
}

namespace scope::compiler_plugin {

class SwitchTest {
 public:
  explicit SwitchTest(std::vector<TableNode> nodes);

  // How many loads there will be.
  size_t load_count() const { return windows_.size(); }

  // Emits the loads at the builder's place. They are volatile: a switch changes while a loop runs.
  void Load(llvm::IRBuilderBase& builder);

  // i1: whether any of the nodes is not off; whether all are on, and each event of them is stored.
  llvm::Value* Any(llvm::IRBuilderBase& builder) const;
  llvm::Value* All(llvm::IRBuilderBase& builder) const;

 private:
  struct Window {
    llvm::GlobalVariable* table;
    uint32_t first;  // Number of the node whose switch is the lowest byte.
    uint32_t last;
    uint64_t mask;          // Of the nodes' own bytes.
    uint64_t all_on;        // What they are when all are on.
    llvm::Value* switches;  // What they are.
  };

  void LoadWindow(llvm::IRBuilderBase& builder, Window& window);

  std::vector<Window> windows_;
};

}  // namespace scope::compiler_plugin
