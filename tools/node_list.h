// node_list.h - the nodes of a binary, or of an index, with what its map says, checked against each
// other.
//
// Path:    ReadBinary -> THIS -> nodes
// Threads: a value.
// Fails:   a status with one line: no such file, no instrumented code, a map of another build.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/binary.h"
#include "scope/trace/node_changes.h"
#include "scope/trace/node_filter.h"

namespace scope::tools {

struct NodeList {
  trace::Binary binary;
  trace::NodeFacts facts;
  std::vector<trace::Node> nodes;  // They point into `facts`.
};

absl::StatusOr<NodeList> ReadNodeList(const std::string& path);

}  // namespace scope::tools
