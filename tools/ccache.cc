#include "tools/ccache.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "tools/compilers.h"

namespace scope::tools {
namespace {

void Append(const char* variable, const std::string& text, const char* separator) {
  const std::string before = EnvironmentOr(variable, "");
  setenv(variable, absl::StrCat(before, before.empty() ? "" : separator, text).c_str(), 1);
}

}  // namespace

void TellCcache(const std::string& plugin, const std::string& config, const std::string& options) {
  Append("CCACHE_EXTRAFILES", plugin, ":");
  if (!config.empty()) Append("CCACHE_EXTRAFILES", config, ":");
  if (!options.empty()) Append("CCACHE_NAMESPACE", options, " ");
}

}  // namespace scope::tools
