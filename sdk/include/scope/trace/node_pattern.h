// scope/trace/node_pattern.h - which variables NAME, NAME@FILE or NAME@FILE:LINE means.
//
// Path:    command line, SQL -> THIS -> nodes
// Threads: any; const once made.
// Fails:   never; a pattern that makes no sense matches nothing.

#pragma once

#include <cstdint>
#include <string>

#include "scope/trace/reader.h"

namespace scope::trace {

// NAME is a glob; FILE is the end of a path or a glob.
struct NodePattern {
  std::string name;
  std::string file;   // empty: any
  uint32_t line = 0;  // 0: any

  static NodePattern Parse(const std::string& text);
  bool Matches(const Node& node) const;
};

}  // namespace scope::trace
