// scope run: records a program, then shows where its calls and its time went.

#include "tools/recording_arguments.h"
#include "tools/verbs.h"

namespace scope::tools {

int Run(const Words& args) {
  Arguments arguments(
      "run", "run [OPTIONS] -- PROG ARGS...",
      "Records PROG, then says on stderr what it did and what to type next. PROG's\n"
      "output and exit code stay its own.");
  arguments.Example("scope run -- ./demo", "into scope.data");
  arguments.Example("scope run --on-full drop_newest --ring 64K -- ./demo",
                    "never wait for the collector; losses are counted");
  return RecordAndSummarise(args, arguments, /*tables=*/true);
}

}  // namespace scope::tools
