#include "tools/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace scope::tools {

bool IsTerminal(int fd) { return isatty(fd) == 1; }

viewers::Paint PaintFor(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool wanted = no_color == nullptr || *no_color == '\0';
  const bool able = term != nullptr && std::strcmp(term, "dumb") != 0;
  return {IsTerminal(fd) && wanted && able};
}

}  // namespace scope::tools
