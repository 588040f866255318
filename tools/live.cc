// scope live: records a program while a viewer sees what happens.

#include <algorithm>

#include "absl/strings/match.h"
#include "tools/exit_codes.h"
#include "tools/recording_arguments.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {

int Live(const Words& args) {
  Arguments arguments("live", "live --viewer NAME[:OPTIONS] [OPTIONS] -- PROG ARGS...",
                      "Records PROG and gives its events to a viewer while it runs. The viewer\n"
                      "may be slow: it is behind then, and PROG does not wait for it.");
  arguments.Example("scope live --viewer ./viewer_mine.so -- ./demo",
                    "what happens, as it happens");
  arguments.Example("scope plugins", "which viewers there are");
  const auto end = std::find(args.begin(), args.end(), "--");
  const bool has_viewer = std::any_of(args.begin(), end, [](const std::string& word) {
    return absl::StartsWith(word, "--viewer") || word == "--help" || word == "-h";
  });
  if (!has_viewer) return Fail(kExitOwnFailure, "live: which viewer? 'scope plugins' lists them");
  return RecordAndSummarise(args, arguments, /*tables=*/false);
}

}  // namespace scope::tools
