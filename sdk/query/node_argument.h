// node_argument.h - which nodes an argument of history() and pyramid() means.
//
// Path:    a number, an id or NAME[@FILE[:LINE]] -> THIS -> nodes
// Threads: any.
// Fails:   NotFound with the argument in it.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "sdk/query/source.h"
#include "sdk/query/table.h"

namespace scope::query {

// Node numbers, ascending; never none. A number is a node's number, 16 hexadecimal digits its id;
// NAME may be a glob, FILE the end of a path or a glob, as 'scope vars' takes them.
absl::StatusOr<std::vector<uint32_t>> NodesOf(const Source& source, const Value& argument);

}  // namespace scope::query
