// scope new: a folder for a plugin, which builds and passes its test.

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/install_paths.h"
#include "tools/nearest.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kKinds = {"ingestor", "sink", "viewer"};

bool IsName(const std::string& name) {
  if (name.empty() || std::islower(static_cast<unsigned char>(name[0])) == 0) return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::islower(byte) == 0 && std::isdigit(byte) == 0 && c != '_') return false;
  }
  return true;
}

// game_loop -> GameLoop
std::string ClassName(const std::string& name) {
  std::string result;
  bool is_first = true;
  for (const char c : name) {
    if (c == '_') {
      is_first = true;
      continue;
    }
    result += is_first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    is_first = false;
  }
  return result;
}

absl::Status CopyTemplate(const fs::path& from, const fs::path& to, const std::string& name) {
  std::error_code error;
  if (fs::exists(to, error)) return absl::AlreadyExistsError(absl::StrCat(to.string(), " exists"));
  if (!fs::create_directory(to, error)) {
    return absl::UnavailableError(absl::StrCat(to.string(), ": ", error.message()));
  }
  for (const auto& entry : fs::directory_iterator(from, error)) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string file =
        absl::StrReplaceAll(entry.path().filename().string(), {{"NAME", name}, {".in", ""}});
    std::ofstream out(to / file);
    out << absl::StrReplaceAll(text.str(), {{"@NAME@", name}, {"@CLASS@", ClassName(name)}});
    if (!out.flush()) return absl::UnavailableError(absl::StrCat(file, " cannot be written"));
  }
  if (error) return absl::UnavailableError(absl::StrCat(from.string(), ": ", error.message()));
  return absl::OkStatus();
}

}  // namespace

int New(const Words& args) {
  std::vector<std::string> words;
  Arguments arguments("new", "new ingestor|sink|viewer NAME",
                      "Makes the folder NAME: a plugin that builds, with a test that it passes.");
  arguments.Command(&words);
  arguments.Example("scope new ingestor frames", "then: cd frames && cmake -B build && ...");
  arguments.Example("scope new sink csv", "docs/plugins.md goes on from there");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (words.size() != 2)
    return Fail(kExitUsage, "new: of which kind and name? 'scope new sink csv'");
  const std::string& kind = words[0];
  const std::string& name = words[1];
  if (kind != kKinds[0] && kind != kKinds[1] && kind != kKinds[2]) {
    return Fail(kExitUsage,
                absl::StrCat("new: there is no kind '", kind, "'; ingestor, sink and viewer are",
                             DidYouMean(kind, kKinds)));
  }
  if (!IsName(name)) {
    return Fail(
        kExitUsage,
        absl::StrCat("new: '", name, "' is no name: small letters, digits and _, a letter first"));
  }
  const auto templates = TemplateFolder();
  if (!templates.ok()) return Fail(kExitFailure, templates.status().message());
  const absl::Status status = CopyTemplate(fs::path(*templates) / kind, name, name);
  if (!status.ok()) return Fail(kExitFailure, absl::StrCat("new: ", status.message()));
  std::printf(
      "%s is there. Next:\n  cmake -S %s -B %s/build && cmake --build %s/build && "
      "ctest --test-dir %s/build\n",
      name.c_str(), name.c_str(), name.c_str(), name.c_str(), name.c_str());
  return kExitOk;
}

}  // namespace scope::tools
