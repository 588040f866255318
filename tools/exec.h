// exec.h - becomes another program.
//
// Path:    c++, cc, build -> THIS -> the compiler or the build
// Threads: none may run.
// Fails:   returns 127 (not found) or 126 (cannot be executed), and has said so.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace scope::tools {

// Looks `words[0]` up in PATH. `advice` is added when there is no such program.
int Exec(const std::vector<std::string>& words, absl::string_view advice);

}  // namespace scope::tools
