// The command `scope`: the table of its verbs.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/left_sessions.h"
#include "tools/nearest.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {
namespace {

struct Verb {
  const char* name;
  const char* usage;
  const char* summary;
  int (*run)(const Words&);
};

constexpr Verb kVerbs[] = {
    {"c++", "ARGS...", "compile C++ with hooks: clang++-19 -fplugin=...", CompileCxx},
    {"cc", "ARGS...", "the same for C", CompileC},
    {"build", "[OPTIONS] -- CMD", "run any build so that it compiles with hooks", Build},
    {"run", "[OPTIONS] -- PROG", "record a program, then say what it did", Run},
    {"record", "[OPTIONS] -- PROG", "record a program", Record},
    {"attach", "PID [OPTIONS]", "record a program that runs already; Ctrl-C leaves it", Attach},
    {"switch", "--on|--off [OPTIONS]", "nodes of a running program, on or off", Switch},
    {"status", "[OPTIONS] [PID]", "how running recordings are doing, once a second", Status},
    {"snapshot", "[OPTIONS] [PID]", "what a recording with --keep holds, as a trace", Snapshot},
    {"recover", "[OPTIONS] [PID]", "a trace of what a killed recording left", Recover},
    {"report", "[OPTIONS]", "calls and times, busiest nodes, losses", Report},
    {"replay", "[OPTIONS]", "every event in order, indented by call", Replay},
    {"vars", "[NAME[@FILE:LINE]]", "the history of variables", Vars},
    {"why", "NAME[@FILE:LINE][@SEQ]", "the values that made a value", Why},
    {"check", "'EXPR'... [OPTIONS]", "what must hold in a trace; 1 if it does not", CheckTrace},
    {"diff", "A B [OPTIONS]", "where two traces part: values, calls, times", DiffTraces},
    {"query", "[SQL] [OPTIONS]", "SQL over events, calls, values, nodes, ...", Query},
    {"live", "--viewer NAME -- PROG", "record, with a viewer that sees each event", Live},
    {"feed", "--sink NAME[:OPTIONS]", "a trace for a sink or viewer plugin", Feed},
    {"info", "[OPTIONS]", "what is in a trace, and whether it is whole", Info},
    {"export", "--to bundle FILE", "a trace as one file, to be sent and read elsewhere", Export},
    {"nodes", "BINARY [OPTIONS]", "what is compiled in: functions, nodes, ids", Nodes},
    {"index", "-p BUILD_DIR [FILES]", "the same without compiling, from compile_commands.json",
     Index},
    {"doctor", "[BINARY]", "is everything there that scope needs?", Doctor},
    {"plugins", "[--json]", "which ingestors, sinks and viewers there are", Plugins},
    {"new", "KIND NAME", "a folder for a plugin of your own", New},
};

std::string HelpText() {
  std::string text =
      "usage: scope VERB ...\n"
      "Records every call and value of a program that was compiled with hooks, and shows them.\n\n";
  for (const Verb& verb : kVerbs) {
    const std::string left = absl::StrCat(verb.name, " ", verb.usage);
    const size_t width = 28;
    absl::StrAppend(&text, "  ", left,
                    std::string(left.size() < width ? width - left.size() : 1, ' '), verb.summary,
                    "\n");
  }
  text +=
      "\nThe same everywhere: -d DIR trace (scope.data), -F GLOB functions, -V GLOB variables, "
      "--json\n"
      "for programs. Sizes and times take units: 64K, 10ms. 'scope VERB --help' says more.\n"
      "\nexamples:\n"
      "  scope c++ -O2 -g demo.cc -o demo && scope run -- ./demo\n"
      "  scope vars total && scope replay | head -50\n";
  return text;
}

// A compiler's output belongs to the build, and who asks for quiet shall have it.
bool TellsWhatWasLeft(const std::string& verb, const std::vector<std::string>& args) {
  if (verb == "c++" || verb == "cc" || verb == "build" || verb == "recover") return false;
  return std::none_of(args.begin(), std::find(args.begin(), args.end(), "--"),
                      [](const std::string& word) { return word == "-q" || word == "--quiet"; });
}

int Dispatch(const std::vector<std::string>& args) {
  if (args.empty()) {
    std::fputs(HelpText().c_str(), stderr);
    return kExitUsage;
  }
  const std::string& name = args[0];
  if (name == "--version") {
    std::puts("scope " SCOPE_VERSION);
    return kExitOk;
  }
  const bool help = name == "--help" || name == "-h" || name == "help";
  if (help && args.size() == 1) {
    std::fputs(HelpText().c_str(), stdout);
    return kExitOk;
  }
  const std::string wanted = help ? args[1] : name;
  std::vector<std::string> known;
  for (const Verb& verb : kVerbs) {
    if (wanted == verb.name) {
      if (TellsWhatWasLeft(wanted, args)) SayWhatWasLeft();
      return verb.run(help ? Words{"--help"} : Words(args.begin() + 1, args.end()));
    }
    known.emplace_back(verb.name);
  }
  return Fail(kExitUsage, absl::StrCat("there is no verb '", wanted, "'", DidYouMean(wanted, known),
                                       " ('scope --help' lists them)"));
}

}  // namespace
}  // namespace scope::tools

int main(int argc, char** argv) {
  return scope::tools::Dispatch(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
