// node_index.h - which node a record's address means.
//
// Path:    modules of each process -> THIS -> sequence (stamps), enrich (numbers)
// Threads: immutable; a new module makes a new index.

#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scope/event.h"

namespace scope::pipeline {

// The nodes of one module, by the place of their scope_node in section "scope_nodes".
struct ModuleNodes {
  struct Node {
    uint8_t kind = 0;
    uint8_t type = 0;
  };

  uint32_t number = 0;      // of the module in the trace
  uint32_t first_node = 0;  // number in the trace of nodes[0]
  uint64_t address = 0;     // of the section in its process
  uint64_t bytes = 0;
  std::vector<uint32_t> slots;  // by 16 bytes of the section: index into nodes + 1; 0: no node
  std::vector<Node> nodes;

  // InvalidArgument: the image makes no sense.
  static absl::StatusOr<std::shared_ptr<const ModuleNodes>> Make(uint32_t number,
                                                                 uint32_t first_node,
                                                                 uint64_t address,
                                                                 absl::string_view image);
};

class NodeIndex {
 public:
  // The same index with one more module; it takes the place of modules at the same addresses.
  std::shared_ptr<const NodeIndex> With(uint32_t process,
                                        std::shared_ptr<const ModuleNodes> module) const;

  // The same index without the modules of a process.
  std::shared_ptr<const NodeIndex> Without(uint32_t process) const;

  // Null: no module of the process has `address` in its nodes.
  const ModuleNodes* Find(uint32_t process, uint64_t address) const {
    const auto found = processes_.find(process);
    if (found == processes_.end()) return nullptr;
    // Declared nodes come in many small modules.
    const ByAddress& modules = *found->second;
    const auto behind = std::upper_bound(
        modules.begin(), modules.end(), address,
        [](uint64_t wanted, const auto& module) { return wanted < module->address; });
    if (behind == modules.begin()) return nullptr;
    const ModuleNodes& module = **std::prev(behind);
    return address - module.address < module.bytes ? &module : nullptr;
  }

 private:
  using ByAddress = std::vector<std::shared_ptr<const ModuleNodes>>;
  absl::flat_hash_map<uint32_t, std::shared_ptr<const ByAddress>> processes_;
};

// Answers for records of one process whether they carry a stamp.
class StampFinder {
 public:
  StampFinder(const NodeIndex& index, uint32_t process) : index_(index), process_(process) {}

  bool HasStamp(const scope_record& record) {
    const uint64_t address = record.head & SCOPE_HEAD_NODE;
    if (module_ == nullptr || address - module_->address >= module_->bytes) [[unlikely]] {
      module_ = index_.Find(process_, address);
      if (module_ == nullptr) return false;
    }
    const uint32_t slot = module_->slots[(address - module_->address) / 16];
    if (slot == 0) return false;
    const uint8_t kind = module_->nodes[slot - 1].kind;
    return SCOPE_HAS_STAMP(kind);
  }

 private:
  const NodeIndex& index_;
  uint32_t process_;
  const ModuleNodes* module_ = nullptr;
};

}  // namespace scope::pipeline
