// checkup.h - one line of scope doctor.
//
// Path:    checks.h -> THIS -> text or JSON
// Threads: a value.

#pragma once

#include <string>
#include <vector>

#include "viewers/terminal/paint.h"

namespace scope::tools {

struct Check {
  std::string what;   // "compiler"
  std::string found;  // "clang 19.1.7"
  bool ok = false;
  std::string detail;  // more about what is there, or how to get what is missing
};

std::string ChecksText(const std::vector<Check>& checks, const viewers::Paint& paint);
// One object with a newline: ok, checks: [{what, found, ok, detail}].
std::string ChecksJson(const std::vector<Check>& checks);

}  // namespace scope::tools
