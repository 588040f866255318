#include "tools/plugin_files.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/install_paths.h"
#include "tools/nearest.h"

namespace scope::tools {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKinds[] = {"ingestor", "sink", "viewer"};

std::vector<std::string> Folders() {
  std::vector<std::string> folders;
  if (const char* path = std::getenv("SCOPE_PLUGIN_PATH"); path != nullptr) {
    for (absl::string_view folder : absl::StrSplit(path, ':', absl::SkipEmpty())) {
      folders.emplace_back(folder);
    }
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    folders.push_back(absl::StrCat(home, "/.local/lib/scope/plugins"));
  }
  if (const auto own = PluginFolder(); own.ok()) folders.push_back(*own);
  return folders;
}

// The NAME of "<kind>_NAME.so"; empty: the file is none.
std::string NameOf(const std::string& kind, const fs::path& path) {
  const std::string file = path.filename().string();
  const std::string prefix = kind + "_";
  if (!absl::StartsWith(file, prefix) || !absl::EndsWith(file, ".so")) return "";
  return file.substr(prefix.size(), file.size() - prefix.size() - 3);
}

absl::StatusOr<void*> Entry(const std::string& kind, const std::string& path) {
  void* const file = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (file == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("cannot load the ", kind, ": ", dlerror()));
  }
  const std::string symbol = absl::StrCat("scope_", kind, "_entry_v1");
  void* const entry = dlsym(file, symbol.c_str());
  if (entry == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no ", kind, " of version 1: it does not export ", symbol));
  }
  return entry;
}

absl::Status WrongVersion(const std::string& path, uint32_t version) {
  return absl::InvalidArgumentError(absl::StrCat(path, " was built for version ", version,
                                                 " of the plugin interface; this is ",
                                                 SCOPE_PLUGIN_VERSION, ": build it again"));
}

}  // namespace

PluginRequest ParsePluginRequest(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

absl::StatusOr<std::string> FindPlugin(const std::string& kind, const std::string& name) {
  std::error_code error;
  if (absl::StrContains(name, '/')) {
    if (fs::is_regular_file(name, error)) return fs::absolute(name).string();
    return absl::NotFoundError(absl::StrCat("there is no ", kind, " ", name));
  }
  for (const std::string& folder : Folders()) {
    const fs::path path = fs::path(folder) / absl::StrCat(kind, "_", name, ".so");
    if (fs::is_regular_file(path, error)) return fs::absolute(path).string();
  }
  std::vector<std::string> known;
  for (const FoundPlugin& plugin : AllPlugins()) {
    if (plugin.kind == kind) known.push_back(plugin.name);
  }
  return absl::NotFoundError(absl::StrCat("there is no ", kind, " '", name, "'",
                                          DidYouMean(name, known),
                                          " ('scope plugins' lists them and says where it looks)"));
}

std::vector<FoundPlugin> AllPlugins() {
  std::vector<FoundPlugin> found;
  for (const std::string& folder : Folders()) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, error)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& path : files) {
      for (const char* kind : kKinds) {
        const std::string name = NameOf(kind, path);
        if (name.empty()) continue;
        FoundPlugin& plugin = found.emplace_back(FoundPlugin{kind, path.string(), name, "", ""});
        if (plugin.kind == "ingestor") {
          const auto ingestor = OpenIngestor(plugin.path);
          if (ingestor.ok()) plugin.summary = (*ingestor)->summary;
          if (!ingestor.ok()) plugin.error = std::string(ingestor.status().message());
        } else {
          const auto sink = OpenSink(kind, plugin.path);
          if (sink.ok()) plugin.summary = (*sink)->summary;
          if (!sink.ok()) plugin.error = std::string(sink.status().message());
        }
      }
    }
  }
  return found;
}

absl::StatusOr<const scope_sink*> OpenSink(const std::string& kind, const std::string& path) {
  const auto entry = Entry(kind, path);
  if (!entry.ok()) return entry.status();
  const scope_sink* const sink = reinterpret_cast<scope_sink_entry_fn>(*entry)();
  if (sink == nullptr) return absl::InvalidArgumentError(absl::StrCat(path, " gave nothing"));
  if (sink->version != SCOPE_PLUGIN_VERSION) return WrongVersion(path, sink->version);
  if (sink->struct_size < sizeof(scope_sink) || sink->open == nullptr || sink->events == nullptr ||
      sink->close == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(path, " lacks open, events or close"));
  }
  return sink;
}

absl::StatusOr<const scope_ingestor*> OpenIngestor(const std::string& path) {
  const auto entry = Entry("ingestor", path);
  if (!entry.ok()) return entry.status();
  const scope_ingestor* const ingestor = reinterpret_cast<scope_ingestor_entry_fn>(*entry)();
  if (ingestor == nullptr) return absl::InvalidArgumentError(absl::StrCat(path, " gave nothing"));
  if (ingestor->version != SCOPE_PLUGIN_VERSION) return WrongVersion(path, ingestor->version);
  if (ingestor->struct_size < sizeof(scope_ingestor) || ingestor->start == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(path, " lacks start"));
  }
  return ingestor;
}

}  // namespace scope::tools
