#include "tools/indexer.h"

#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/install_paths.h"
#include "tools/say.h"

extern char** environ;

namespace scope::tools {

int RunIndexer(const IndexRequest& request) {
  const auto indexer = IndexerPath();
  if (!indexer.ok()) return Fail(kExitFailure, indexer.status().message());
  std::vector<std::string> words = {*indexer, absl::StrCat("-p=", request.build_folder),
                                    absl::StrCat("-o=", request.output),
                                    absl::StrCat("-j=", request.jobs)};
  for (const std::string& option : request.options) words.push_back("-option=" + option);
  if (request.quiet) words.emplace_back("-q");
  words.emplace_back("--");
  words.insert(words.end(), request.files.begin(), request.files.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error =
      posix_spawn(&child, indexer->c_str(), nullptr, nullptr, arguments.data(), environ);
  if (error != 0) {
    return Fail(kExitFailure, absl::StrCat("cannot start ", *indexer, ": ", std::strerror(error)));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return Fail(kExitFailure, "the indexer was killed");
}

}  // namespace scope::tools
