#include "tools/say.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "viewers/terminal/printable.h"

namespace scope::tools {

void Say(absl::string_view message) {
  const std::string line = absl::StrCat("scope: ", viewers::Printable(message), "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int Fail(int exit_code, absl::string_view message) {
  Say(message);
  return exit_code;
}

}  // namespace scope::tools
