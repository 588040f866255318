// nearest.h - what somebody probably meant.
//
// Path:    an unknown name and the known ones -> THIS -> error messages
// Threads: any.
// Fails:   never; nothing near gives an empty answer.

#pragma once

#include <string>
#include <vector>

namespace scope::tools {

// At most three of `known`, nearest first, without doubles. Changed, missing, added and swapped
// characters count, upper and lower case hardly; a known name that contains `name` is near.
std::vector<std::string> Nearest(const std::string& name, const std::vector<std::string>& known);

// "; did you mean 'total' or 'totals'?", or nothing.
std::string DidYouMean(const std::string& name, const std::vector<std::string>& known);

}  // namespace scope::tools
