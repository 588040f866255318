// declared_map.h - the AST map of nodes that a process declared while it ran.
//
// Path:    scope_declared_site -> THIS -> Module note, so that readers know no difference
// Threads: one.
// Fails:   never; texts are cut at their field's end, whatever the process wrote there.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scope/wire/declared.h"

namespace scope::pipeline {

// A node with its ids. What is equal but for its line gets an id of its own in the order of
// appearance.
struct DeclaredNode {
  uint64_t id = 0;
  uint64_t function_id = 0;
  uint32_t function_line = 0;  // where it is entered, as far as known
  uint8_t kind = 0;
  uint8_t type = 0;
  scope_declared_site site = {};
};

class DeclaredIds {
 public:
  // Fills the ids of `node`, whose other fields are set.
  void Fill(DeclaredNode& node);

 private:
  absl::flat_hash_map<uint64_t, uint32_t> lines_;  // by id: of the site that has it
  absl::flat_hash_map<uint64_t, uint32_t> function_lines_;
};

// One size-prefixed AstMap.
std::string MakeDeclaredMap(const std::vector<DeclaredNode>& nodes);

}  // namespace scope::pipeline
