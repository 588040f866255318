// plugin_files.h - finds and opens ingestors, sinks and viewers.
//
// Path:    NAME[:OPTIONS] on the command line -> THIS -> shared objects (scope/plugin.h)
// Threads: one.
// Fails:   absl::Status in one line: which plugin, which file, what to do.
//
// Looked for in the folders of SCOPE_PLUGIN_PATH, in ~/.local/lib/scope/plugins, and in scope's
// own: <kind>_<name>.so. A name with a slash in it is the file itself.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/plugin.h"

namespace scope::tools {

// "csv:out.csv" -> csv and out.csv.
struct PluginRequest {
  std::string name;
  std::string options;
};
PluginRequest ParsePluginRequest(const std::string& text);

// `kind`: "ingestor", "sink" or "viewer".
absl::StatusOr<std::string> FindPlugin(const std::string& kind, const std::string& name);

struct FoundPlugin {
  std::string kind;
  std::string path;
  std::string name;
  std::string summary;
  std::string error;  // why it cannot be used; empty: it can
};
// Of every kind. One that hides another of its name stands before it.
std::vector<FoundPlugin> AllPlugins();

// Opens the file and checks that it is a plugin of this kind and version. They stay loaded.
absl::StatusOr<const scope_sink*> OpenSink(const std::string& kind, const std::string& path);
absl::StatusOr<const scope_ingestor*> OpenIngestor(const std::string& path);

}  // namespace scope::tools
