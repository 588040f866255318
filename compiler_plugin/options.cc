#include "compiler_plugin/options.h"

#include <memory>

#include "compiler_plugin/config_file.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace scope::compiler_plugin {
namespace {

constexpr llvm::StringLiteral kSettings[] = {
    "level",  "lower", "default", "min_statements", "match", "arm",     "system_headers",
    "source", "graph", "root",    "report",         "bytes", "objects", "text"};
constexpr llvm::StringLiteral kGlobs[] = {"files", "functions", "variables", "types"};

template <typename T>
struct Choice {
  llvm::StringLiteral word;
  T value;
};

// Sets `setting` to what `value` says, or names the words that there are.
template <typename T, size_t kCount>
llvm::Error Choose(llvm::StringRef key, llvm::StringRef value, const Choice<T> (&choices)[kCount],
                   T& setting) {
  std::string valid;
  for (const Choice<T>& choice : choices) {
    if (value == choice.word) {
      setting = choice.value;
      return llvm::Error::success();
    }
    valid += (valid.empty() ? "" : ", ") + choice.word.str();
  }
  const bool is_level = key == "level";
  const std::string what = is_level ? "level '" : "value '";
  const std::string of = is_level ? "'" : "' of " + key.str();
  return OptionError("unknown " + what + value + of + "; valid are " + valid);
}

constexpr Choice<scope_level> kLevels[] = {
    {"functions", kScopeLevelFunctions}, {"values", kScopeLevelValues}, {"all", kScopeLevelAll}};
constexpr Choice<bool> kLower[] = {{"inline", false}, {"calls", true}};
constexpr Choice<bool> kDefault[] = {{"on", false}, {"armed", true}};
constexpr Choice<bool> kSwitch[] = {{"on", true}, {"off", false}};
constexpr Choice<SourceText> kSource[] = {
    {"off", SourceText::kOff}, {"hash", SourceText::kHash}, {"text", SourceText::kText}};

std::string Absolute(llvm::StringRef path) {
  llvm::SmallString<256> absolute(path);
  llvm::sys::fs::make_absolute(absolute);
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true);
  return absolute.str().str();
}

}  // namespace

bool Globs::Allow(llvm::StringRef name) const {
  const auto matches = [&](const llvm::GlobPattern& glob) { return glob.match(name); };
  if (llvm::any_of(exclude, matches)) return false;
  return include.empty() || llvm::any_of(include, matches);
}

llvm::Error OptionError(const llvm::Twine& message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

std::string ValidKeys() {
  return llvm::join(llvm::ArrayRef(kSettings), ", ") + ", " +
         llvm::join(llvm::ArrayRef(kGlobs), ", ");
}

Globs* FindGlobs(llvm::StringRef key, Options& options) {
  return llvm::StringSwitch<Globs*>(key)
      .Case("files", &options.files)
      .Case("functions", &options.functions)
      .Case("variables", &options.variables)
      .Case("types", &options.types)
      .Default(nullptr);
}

llvm::Error AddGlob(llvm::StringRef text, std::vector<llvm::GlobPattern>& globs) {
  // A pattern refers to its text, which has to live as long as the compilation.
  static std::vector<std::unique_ptr<std::string>> texts;
  texts.push_back(std::make_unique<std::string>(text));
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(*texts.back());
  if (!glob) return glob.takeError();
  globs.push_back(std::move(*glob));
  return llvm::Error::success();
}

llvm::Error SetOption(llvm::StringRef key, llvm::StringRef value, Options& options) {
  if (key == "level") return Choose(key, value, kLevels, options.level);
  if (key == "lower") return Choose(key, value, kLower, options.lower_calls);
  if (key == "default") return Choose(key, value, kDefault, options.armed);
  if (key == "graph") return Choose(key, value, kSwitch, options.graph);
  if (key == "objects") return Choose(key, value, kSwitch, options.objects);
  if (key == "system_headers") return Choose(key, value, kSwitch, options.system_headers);
  if (key == "source") return Choose(key, value, kSource, options.source);
  if (key == "min_statements") {
    if (!value.getAsInteger(10, options.min_statements)) return llvm::Error::success();
    return OptionError("min_statements must be a number, not '" + value + "'");
  }
  if (key == "bytes") {
    if (!value.getAsInteger(10, options.bytes_max) && options.bytes_max < SCOPE_WIDE_LENGTH_MAX) {
      return llvm::Error::success();
    }
    return OptionError("bytes is '" + value + "'; valid are numbers from 0 to " +
                       llvm::Twine(SCOPE_WIDE_LENGTH_MAX - 1));
  }
  if (key == "match") {
    options.match.push_back(value.str());
  } else if (key == "arm") {
    options.arm.push_back(value.str());
  } else if (key == "text") {
    return AddGlob(value, options.text);
  } else if (key == "report") {
    options.report_path = value.str();
  } else if (key == "root") {
    options.root = Absolute(value);
  } else {
    return OptionError("unknown key '" + key + "'; valid are " + ValidKeys());
  }
  return llvm::Error::success();
}

llvm::Expected<Options> ParseOptions(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::pair<std::string, llvm::StringRef>> given;
  for (llvm::StringRef argument : arguments) {
    const auto [spelled, value] = argument.split('=');
    std::string key = spelled.str();
    std::replace(key.begin(), key.end(), '-', '_');
    if (key == "config") {
      options.config_path = value.str();
    } else if (llvm::is_contained(kSettings, key) || FindGlobs(key, options) != nullptr) {
      given.emplace_back(key, value);
    } else {
      return OptionError("unknown option '" + spelled + "'; valid are config, " + ValidKeys());
    }
  }
  if (!options.config_path.empty()) {
    if (llvm::Error error = ReadConfigFile(options.config_path, options)) return std::move(error);
  }
  llvm::StringSet<> replaced;
  for (const auto& [key, value] : given) {
    llvm::Error error = llvm::Error::success();
    if (Globs* globs = FindGlobs(key, options)) {
      if (replaced.insert(key).second) {
        globs->include.clear();
        globs->exclude.clear();
      }
      const bool leaves_out = value.starts_with("!");
      error = AddGlob(leaves_out ? value.drop_front() : value,
                      leaves_out ? globs->exclude : globs->include);
    } else {
      error = SetOption(key, value, options);
    }
    if (error) return std::move(error);
  }
  return options;
}

}  // namespace scope::compiler_plugin
