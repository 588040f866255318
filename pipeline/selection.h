// selection.h - which nodes the user wants, as switches.
//
// Path:    -F and -V globs, facts about a module's nodes -> THIS -> switch image -> runtime
// Threads: a value.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "scope/trace/binary.h"
#include "scope/trace/node_filter.h"

namespace scope::pipeline {

class Selection {
 public:
  Selection(std::vector<std::string> function_globs, std::vector<std::string> variable_globs)
      : filter_(std::move(function_globs), std::move(variable_globs)) {}

  bool selects_all() const { return filter_.wants_all(); }

  // A byte for each byte of the section: SCOPE_SWITCH_ON where a wanted node's switch is.
  std::string MakeSwitches(absl::string_view nodes_image,
                           const std::vector<trace::NodePlace>& places,
                           const trace::NodeFacts& facts) const;

 private:
  trace::NodeFilter filter_;
};

}  // namespace scope::pipeline
