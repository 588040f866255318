// install_paths.h - where scope's parts are, seen from the command itself.
//
// Path:    /proc/self/exe -> THIS -> c++, build, record, doctor
// Threads: any.
// Fails:   NotFound that names the places that were tried and the variable that overrides.
//
// In a build tree and in an installation the parts lie in the same places relative to bin/scope.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scope::tools {

// The compiler plugin, for -fplugin=. SCOPE_PLUGIN overrides.
absl::StatusOr<std::string> PluginPath();
// libscope_rt.so. SCOPE_RUNTIME overrides.
absl::StatusOr<std::string> RuntimePath();
// The folder of the ingestors, sinks and viewers that come with scope.
absl::StatusOr<std::string> PluginFolder();
// What `scope new` copies.
absl::StatusOr<std::string> TemplateFolder();
// The program behind scope index. SCOPE_INDEXER overrides.
absl::StatusOr<std::string> IndexerPath();
// The folder that holds scope/event.h.
absl::StatusOr<std::string> HeaderPath();

// The first of `candidates`, relative to `root`, that is a regular file (`folder`: a folder).
// Empty: none. Seen by tests.
std::string FirstExisting(const std::string& root, const std::vector<std::string>& candidates,
                          bool folder);

}  // namespace scope::tools
