// say.h - scope's own words, always on stderr, always one line that starts with "scope:".
//
// Path:    verbs -> THIS -> stderr
// Threads: any.
// Fails:   never.

#pragma once

#include "absl/strings/string_view.h"

namespace scope::tools {

void Say(absl::string_view message);

// Says it and returns `exit_code`, so that a verb can end with `return Fail(...)`.
int Fail(int exit_code, absl::string_view message);

}  // namespace scope::tools
