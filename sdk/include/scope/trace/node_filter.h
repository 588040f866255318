// scope/trace/node_filter.h - which nodes -F and -V mean, when recording and when looking.
//
// Path:    command line -> THIS -> switches of a program, rows of a view
// Threads: any; a filter is const once made.
// Fails:   never; a glob that makes no sense matches nothing.

#pragma once

#include <string>
#include <vector>

#include "scope/trace/reader.h"

namespace scope::trace {

// As in a shell: * ? [a-z].
bool MatchesGlob(const std::string& glob, const std::string& name);

// The qualified name, or the part of it that follows the namespaces and classes.
bool MatchesFunction(const std::string& glob, const Function& function);

// "!step" is "step" left out; this is the glob in it.
std::string WithoutExclusion(const std::string& glob);

// An event of such a node gives the value of the variable `name`.
bool IsVariable(const Node& node);

// "total", "t*", "total@demo.cc", "total@src/demo.cc:11".
struct VariablePattern {
  std::string name;
  std::string file;   // empty: any
  uint32_t line = 0;  // 0: any

  static VariablePattern Parse(const std::string& text);
  bool Matches(const Node& node) const;
};

class NodeFilter {
 public:
  // Globs that begin with ! leave out what they match; if there are only such, everything else is
  // in.
  NodeFilter(std::vector<std::string> function_globs, std::vector<std::string> variable_globs);

  bool wants_all() const { return function_globs_.empty() && variable_globs_.empty(); }

  // With functions alone: everything in them. With variables alone: their values. With both: the
  // variables' values in these functions, and the functions' calls.
  bool Wants(const Node& node) const;

 private:
  std::vector<std::string> function_globs_;
  std::vector<std::string> variable_globs_;
};

}  // namespace scope::trace
