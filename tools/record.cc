// scope record: records a program, and says in one line what became of it.

#include "tools/recording_arguments.h"
#include "tools/verbs.h"

namespace scope::tools {

int Record(const Words& args) {
  Arguments arguments(
      "record", "record [OPTIONS] -- PROG ARGS...",
      "Runs PROG and records what its instrumented code does. PROG's output and exit\n"
      "code stay its own; scope's words go to stderr.");
  arguments.Example("scope record -- ./demo", "into scope.data");
  arguments.Example("scope record -d fast.data --clock off -F 'parse*' -- ./demo -v in.txt",
                    "some functions, without times");
  return RecordAndSummarise(args, arguments, /*tables=*/false);
}

}  // namespace scope::tools
