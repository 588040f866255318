#include "tools/install_paths.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace scope::tools {
namespace {

namespace fs = std::filesystem;

// The folder above bin/.
std::string Root() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  return error ? "" : self.parent_path().parent_path().string();
}

absl::StatusOr<std::string> Locate(const char* what, const char* variable,
                                   const std::vector<std::string>& candidates, bool folder) {
  const char* chosen = std::getenv(variable);
  if (chosen != nullptr && *chosen != '\0') {
    std::error_code error;
    const fs::path path = fs::absolute(chosen, error);
    if (!error && fs::exists(path, error)) return path.string();
    return absl::NotFoundError(absl::StrCat(variable, "=", chosen, ": there is no such file"));
  }
  const std::string root = Root();
  const std::string found = FirstExisting(root, candidates, folder);
  if (!found.empty()) return found;
  return absl::NotFoundError(absl::StrCat(what, " is not at ", root, "/", candidates[0],
                                          "; install scope completely, or set ", variable));
}

}  // namespace

std::string FirstExisting(const std::string& root, const std::vector<std::string>& candidates,
                          bool folder) {
  for (const std::string& candidate : candidates) {
    std::error_code error;
    const fs::path path = fs::path(root) / candidate;
    if (folder ? fs::is_directory(path, error) : fs::is_regular_file(path, error)) {
      return path.string();
    }
  }
  return "";
}

absl::StatusOr<std::string> PluginPath() {
  return Locate("the compiler plugin", "SCOPE_PLUGIN", {"lib/scope", "lib/llvm-19/lib/scope"},
                false);
}

absl::StatusOr<std::string> RuntimePath() {
  return Locate("the runtime", "SCOPE_RUNTIME",
                {"lib/libscope_rt.so", "lib/" SCOPE_MULTIARCH "/libscope_rt.so"}, false);
}

absl::StatusOr<std::string> PluginFolder() {
  return Locate("the folder of plugins", "SCOPE_PLUGINS",
                {"lib/" SCOPE_MULTIARCH "/scope/plugins", "lib/scope_plugins"}, true);
}

absl::StatusOr<std::string> TemplateFolder() {
  return Locate("the folder of templates", "SCOPE_TEMPLATES",
                {"share/scope/templates", "../../sdk/templates"}, true);
}

absl::StatusOr<std::string> IndexerPath() {
  return Locate("the indexer", "SCOPE_INDEXER", {"libexec/scope/scope-index19"}, false);
}

absl::StatusOr<std::string> HeaderPath() {
  const auto found = Locate("the folder of headers", "SCOPE_INCLUDE",
                            {"include/scope", "../../sdk/include/scope"}, true);
  if (!found.ok()) return found.status();
  return fs::path(*found).parent_path().lexically_normal().string();
}

}  // namespace scope::tools
