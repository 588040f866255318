#include "tools/ingestors.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "tools/plugin_files.h"

namespace scope::tools {

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> IngestorEnvironment(
    const std::vector<std::string>& requests) {
  std::vector<std::pair<std::string, std::string>> environment;
  if (requests.empty()) return environment;
  std::string preload;
  std::string asked;
  for (const std::string& text : requests) {
    const PluginRequest request = ParsePluginRequest(text);
    const auto path = FindPlugin("ingestor", request.name);
    if (!path.ok()) return path.status();
    const auto ingestor = OpenIngestor(*path);
    if (!ingestor.ok()) return ingestor.status();
    if (path->find_first_of(" :") != std::string::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat(*path, " has a space or colon in its path, which the loader cannot take"));
    }
    absl::StrAppend(&preload, preload.empty() ? "" : ":", *path);
    absl::StrAppend(&asked, asked.empty() ? "" : "\n", (*ingestor)->name, ":", request.options);
  }
  const char* const before = std::getenv("LD_PRELOAD");
  if (before != nullptr && *before != '\0') absl::StrAppend(&preload, ":", before);
  environment.emplace_back("LD_PRELOAD", preload);
  environment.emplace_back("SCOPE_INGEST", asked);
  return environment;
}

}  // namespace scope::tools
