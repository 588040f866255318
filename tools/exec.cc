#include "tools/exec.h"

#include <errno.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/say.h"

namespace scope::tools {

int Exec(const std::vector<std::string>& words, absl::string_view advice) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::fflush(nullptr);
  execvp(argv[0], argv.data());
  const int error = errno;
  if (error == ENOENT || error == ENOTDIR) {
    return Fail(kExitNotFound, absl::StrCat(words[0], ": there is no such program", advice));
  }
  return Fail(kExitNotExecutable, absl::StrCat(words[0], ": ", std::strerror(error)));
}

}  // namespace scope::tools
