// name_pattern.h - globs for names of functions and variables, as -F and -V take them.
//
// Path:    command line -> THIS -> which nodes a view shows
// Threads: any.
// Fails:   never; a glob that makes no sense matches nothing.

#pragma once

#include <string>
#include <vector>

#include "scope/trace/reader.h"

namespace scope::viewers {

// As in a shell: * ? [a-z].
bool MatchesGlob(const std::string& glob, const std::string& name);

// The qualified name, or the part of it that follows the namespaces and classes.
bool MatchesFunction(const std::string& glob, const trace::Function& function);

// "!step" is "step" left out; this is the glob in it.
std::string WithoutExclusion(const std::string& glob);

// The nodes to show, by number. With functions alone: everything in them. With variables alone:
// their values. With both: the variables' values in these functions, and the functions' calls.
// Globs that begin with ! leave out what they match; if there are only such, everything else is in.
std::vector<bool> SelectNodes(const trace::TraceReader& reader,
                              const std::vector<std::string>& functions,
                              const std::vector<std::string>& variables);

}  // namespace scope::viewers
