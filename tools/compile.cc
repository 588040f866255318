// scope c++ and scope cc: the compiler, told to load the plugin.

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "tools/compilers.h"
#include "tools/exec.h"
#include "tools/exit_codes.h"
#include "tools/install_paths.h"
#include "tools/plugin_arguments.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {
namespace {

std::string HelpText(const std::string& verb, const std::string& compiler, const char* variable) {
  const std::string source = verb == "cc" ? "demo.c" : "demo.cc";
  return absl::StrCat("usage: scope ", verb, " ARGS...\nRuns '", compiler, " -fplugin=... ARGS'. ",
                      variable, " names another compiler.\n\n",
                      "  --scope-level=L   what gets hooks: functions, values (the default), all\n"
                      "  --scope-config=F  a scope.toml with what to leave out\n"
                      "  --scope-lower=W   how hooks become code: inline (the default), calls\n\n"
                      "examples:\n  scope ",
                      verb, " -O2 -g ", source, " -o demo\n      compile and link\n  scope ", verb,
                      " --scope-level=functions -O2 -c ", source,
                      "\n      calls and returns only\n");
}

int Compile(const std::string& verb, const std::string& compiler, const char* variable,
            const Words& args) {
  // With more words, --help is the compiler's.
  if (args.empty() || (args.size() == 1 && (args[0] == "--help" || args[0] == "-h"))) {
    std::fputs(HelpText(verb, compiler, variable).c_str(), args.empty() ? stderr : stdout);
    return args.empty() ? kExitUsage : kExitOk;
  }
  const auto plugin = PluginPath();
  if (!plugin.ok()) return Fail(kExitFailure, plugin.status().message());
  std::vector<std::string> plugin_args = {absl::StrCat("-fplugin=", *plugin)};
  std::vector<std::string> compiler_args;
  const absl::Status status = SplitPluginArguments(args, plugin_args, compiler_args);
  if (!status.ok()) return Fail(kExitFailure, absl::StrCat(verb, ": ", status.message()));

  std::vector<std::string> words = {compiler};
  words.insert(words.end(), plugin_args.begin(), plugin_args.end());
  words.insert(words.end(), compiler_args.begin(), compiler_args.end());
  return Exec(words, absl::StrCat("; install clang-19, or set ", variable));
}

}  // namespace

int CompileCxx(const Words& args) { return Compile("c++", CxxCompiler(), "SCOPE_CXX", args); }
int CompileC(const Words& args) { return Compile("cc", CCompiler(), "SCOPE_CC", args); }

}  // namespace scope::tools
