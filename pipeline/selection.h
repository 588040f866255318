// selection.h - which nodes the user wants, as switches.
//
// Path:    -F and -V globs, facts about a module's nodes -> THIS -> switch image -> runtime
// Threads: a value.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "scope/trace/binary.h"

namespace scope::pipeline {

class Selection {
 public:
  // Globs as fnmatch(3) has them; one that begins with ! leaves out what follows. A function's are
  // tried on its qualified and its plain name.
  Selection(std::vector<std::string> function_globs, std::vector<std::string> variable_globs);

  bool selects_all() const { return function_globs_.empty() && variable_globs_.empty(); }

  // With functions alone: everything in them. With variables alone: their values. With both: the
  // variables' values in these functions, and the functions' calls.
  bool Wants(const trace::Node& node) const;

  // A byte for each byte of the section: SCOPE_SWITCH_ON where a wanted node's switch is.
  std::string MakeSwitches(absl::string_view nodes_image,
                           const std::vector<trace::NodePlace>& places,
                           const trace::NodeFacts& facts) const;

 private:
  bool WantsFunction(const trace::Function& function) const;
  bool WantsVariable(const trace::Node& node) const;

  std::vector<std::string> function_globs_;
  std::vector<std::string> variable_globs_;
};

}  // namespace scope::pipeline
