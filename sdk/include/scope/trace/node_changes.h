// scope/trace/node_changes.h - what became of the nodes of one build in another.
//
// Path:    nodes of an old and a new binary -> THIS -> scope nodes --diff
// Threads: any.
// Fails:   never.

#pragma once

#include <vector>

#include "scope/trace/reader.h"

namespace scope::trace {

struct NodeChange {
  enum class Kind {
    kStayed,   // same id, same place
    kMoved,    // same id, another place
    kChanged,  // another id: taken for the same node, with `confidence`
    kWent,
    kCame
  };

  Kind kind = Kind::kStayed;
  const Node* before = nullptr;  // null: it came
  const Node* after = nullptr;   // null: it went
  double confidence = 1;         // from 0 to 1
};

// Each node once; copies of an inline function count as one. The order is that of the new build's
// places, then what went. `before` and `after` must outlive the result.
std::vector<NodeChange> CompareNodes(const std::vector<Node>& before,
                                     const std::vector<Node>& after);

}  // namespace scope::trace
