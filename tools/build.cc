// scope build: any build, with the plugin in every call of clang.

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/arguments.h"
#include "tools/ccache.h"
#include "tools/compilers.h"
#include "tools/exec.h"
#include "tools/exit_codes.h"
#include "tools/install_paths.h"
#include "tools/plugin_arguments.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {
namespace {

// The variable that clang's driver reads: "# " means silently, "+X" appends X. It is split at
// spaces.
constexpr char kOverride[] = "CCC_OVERRIDE_OPTIONS";

absl::Status SetOverride(const std::vector<std::string>& driver_args) {
  std::string value = EnvironmentOr(kOverride, "#");
  for (const std::string& arg : driver_args) {
    if (arg.find_first_of(" \t\n") != std::string::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", arg, "' has a space in it, which clang cannot take this way"));
    }
    absl::StrAppend(&value, " +", arg);
  }
  setenv(kOverride, value.c_str(), 1);
  return absl::OkStatus();
}

}  // namespace

int Build(const Words& args) {
  std::string level;
  std::string config;
  std::vector<std::string> command;
  Arguments arguments("build", "build [--level L] [--config F] -- CMD ARGS...",
                      "Runs a build so that every clang in it loads the plugin. CC and CXX become\n"
                      "clang-19 and clang++-19 unless they are set.");
  arguments.Value("--level", "L", "functions, values (the default) or all",
                  [&](const std::string& text) {
                    level = text;
                    return CheckLevel(text);
                  });
  arguments.Text("--config", "FILE", "a scope.toml with what to leave out", &config);
  arguments.Command(&command);
  arguments.Example("scope build -- make -j8", "a makefile that uses $(CXX)");
  arguments.Example("scope build --level functions -- sh -c 'cmake -B b && cmake --build b'",
                    "calls and returns only");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (command.empty()) return Fail(kExitUsage, "build: which command? 'scope build -- make'");

  const auto plugin = PluginPath();
  if (!plugin.ok()) return Fail(kExitFailure, plugin.status().message());
  std::vector<std::string> driver_args = {absl::StrCat("-fplugin=", *plugin)};
  if (!level.empty()) driver_args.push_back(PluginArgument("level", level));
  if (!config.empty()) {
    std::error_code error;
    const auto path = std::filesystem::canonical(config, error);  // The build changes folders.
    if (error) return Fail(kExitFailure, absl::StrCat(config, ": ", error.message()));
    config = path.string();
    driver_args.push_back(PluginArgument("config", config));
  }
  const absl::Status status = SetOverride(driver_args);
  if (!status.ok()) return Fail(kExitFailure, status.message());
  TellCcache(*plugin, config, absl::StrJoin(driver_args, " "));
  setenv("CC", CCompiler().c_str(), 0);
  setenv("CXX", CxxCompiler().c_str(), 0);
  return Exec(command, "");
}

}  // namespace scope::tools
