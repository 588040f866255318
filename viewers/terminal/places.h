// places.h - short names for places in the source: demo.cc:11.
//
// Path:    TraceReader::nodes() -> THIS -> the column "where"
// Threads: const after construction.
// Fails:   never; a node without a place is "?".

#pragma once

#include <deque>
#include <map>
#include <string>

#include "scope/trace/reader.h"

namespace scope::viewers {

// A file is shown by its last part, with as many folders in front as tell it from the others.
class Places {
 public:
  explicit Places(const std::deque<trace::Node>& nodes);

  std::string Where(const std::string& file, uint32_t line) const;
  std::string Where(const trace::Node& node) const { return Where(node.file, node.line); }
  std::string Where(const trace::Function& function) const {
    return Where(function.file, function.line);
  }

 private:
  std::map<std::string, std::string> labels_;  // by absolute path
};

}  // namespace scope::viewers
