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

// As in a shell: * ? [a-z], and !(this|that) for everything else.
bool MatchesGlob(const std::string& glob, const std::string& name);

// The qualified name, or its part behind the last "::".
bool MatchesFunction(const std::string& glob, const trace::Function& function);

// The nodes to show, by number: of functions that match any of `functions`, and, unless `variables`
// is empty, values of variables that match any of them. Empty lists match everything.
std::vector<bool> SelectNodes(const trace::TraceReader& reader,
                              const std::vector<std::string>& functions,
                              const std::vector<std::string>& variables);

}  // namespace scope::viewers
