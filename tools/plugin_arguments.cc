#include "tools/plugin_arguments.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/nearest.h"

namespace scope::tools {
namespace {

const std::vector<std::string> kKeys = {
    "level", "config",  "lower",  "default",   "min-statements", "match", "arm",       "source",
    "graph", "root",    "report", "functions", "system-headers", "files", "variables", "types",
    "bytes", "objects", "text"};
const std::vector<std::string> kLevels = {"functions", "values", "all"};
constexpr char kPrefix[] = "--scope-";

bool Contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string PluginArgument(const std::string& key, const std::string& value) {
  return absl::StrCat("-fplugin-arg-scope-", key, "=", value);
}

absl::Status CheckLevel(const std::string& level) {
  if (Contains(kLevels, level)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("there is no level '", level,
                                                 "'; functions, values and all are",
                                                 DidYouMean(level, kLevels)));
}

absl::Status SplitPluginArguments(const std::vector<std::string>& args,
                                  std::vector<std::string>& plugin,
                                  std::vector<std::string>& compiler) {
  for (const std::string& arg : args) {
    if (arg.rfind(kPrefix, 0) != 0) {
      compiler.push_back(arg);
      continue;
    }
    const size_t equals = arg.find('=');
    const std::string key = arg.substr(sizeof(kPrefix) - 1, equals - (sizeof(kPrefix) - 1));
    if (!Contains(kKeys, key)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "there is no option '", kPrefix, key,
          "'; --scope-level= and --scope-config= are the first of those that docs/configuration.md "
          "names",
          DidYouMean(key, kKeys)));
    }
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(absl::StrCat(arg, " needs a value: ", arg, "=..."));
    }
    const std::string value = arg.substr(equals + 1);
    if (key == "level") {
      const absl::Status status = CheckLevel(value);
      if (!status.ok()) return status;
    }
    plugin.push_back(PluginArgument(key, value));
  }
  return absl::OkStatus();
}

}  // namespace scope::tools
