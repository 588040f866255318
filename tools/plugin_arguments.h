// plugin_arguments.h - what the compiler is told so that it loads the plugin.
//
// Path:    --scope-level=values and the like -> THIS -> -fplugin-arg-scope-level=values
// Threads: any.
// Fails:   InvalidArgument for options of scope's own that do not exist.

#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace scope::tools {

// "-fplugin-arg-scope-<key>=<value>".
std::string PluginArgument(const std::string& key, const std::string& value);

// Wrong levels are said here, in one line, and not once for each file.
absl::Status CheckLevel(const std::string& level);

// Splits a compiler's command line: what begins with "--scope-" goes, as arguments of the plugin,
// to `plugin`; everything else stays as it is in `compiler`.
absl::Status SplitPluginArguments(const std::vector<std::string>& args,
                                  std::vector<std::string>& plugin,
                                  std::vector<std::string>& compiler);

}  // namespace scope::tools
