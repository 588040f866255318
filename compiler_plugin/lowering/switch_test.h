// switch_test.h - the code that looks at the switches of a group's nodes.
//
// Path:  write_group.h -> THIS -> loads from "scope_nodes"
//
// Switch bytes that lie within 8 bytes of one table are loaded at once. Bytes of other nodes, or of
// the nodes that follow the switches, are masked out.

#pragma once

#include <vector>

#include "compiler_plugin/lowering/event_groups.h"

namespace llvm {
class IRBuilderBase;
}

namespace scope::compiler_plugin {

class SwitchTest {
 public:
  // Emits the loads at the builder's place. They are volatile: a switch changes while a loop runs.
  SwitchTest(llvm::IRBuilderBase& builder, const EventGroup& group);

  // i1: whether any of the nodes is not off; whether all are on, and each event of them is stored.
  llvm::Value* Any(llvm::IRBuilderBase& builder) const;
  llvm::Value* All(llvm::IRBuilderBase& builder) const;

 private:
  struct Window {
    llvm::GlobalVariable* table;
    uint32_t first;  // Number of the node whose switch is the lowest byte.
    uint32_t last;
    uint64_t mask;          // Of the group's own bytes.
    uint64_t all_on;        // What they are when all are on.
    llvm::Value* switches;  // What they are.
  };

  void LoadWindow(llvm::IRBuilderBase& builder, Window& window);

  std::vector<Window> windows_;
};

}  // namespace scope::compiler_plugin
