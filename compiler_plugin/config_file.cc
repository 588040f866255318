#include "compiler_plugin/config_file.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

namespace scope::compiler_plugin {
namespace {

// Every error names where it is.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  llvm::Error Fail(const toml::source_region& at, const llvm::Twine& message) const {
    return OptionError(
        llvm::formatv("{0}:{1}:{2}: {3}", path_, at.begin.line, at.begin.column, message.str())
            .str());
  }

  llvm::Expected<std::string> Text(const toml::key& key, const toml::node& node) const {
    if (const auto* text = node.as_string()) return text->get();
    return Fail(node.source(), "'" + llvm::Twine(std::string(key.str())) + "' must be a string");
  }

  llvm::Error AddGlobs(const toml::key& key, const toml::node& node,
                       std::vector<llvm::GlobPattern>& globs) const {
    const auto* list = node.as_array();
    if (list == nullptr) {
      return Fail(node.source(),
                  llvm::Twine(std::string(key.str())) + " must be a list of patterns");
    }
    for (const toml::node& element : *list) {
      llvm::Expected<std::string> text = Text(key, element);
      if (!text) return text.takeError();
      llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(Keep(*text));
      if (!glob) return Fail(element.source(), llvm::toString(glob.takeError()));
      globs.push_back(std::move(*glob));
    }
    return llvm::Error::success();
  }

  llvm::Error ReadGlobs(const toml::key& key, const toml::node& node, Globs& globs) const {
    const auto* table = node.as_table();
    if (table == nullptr) {
      return Fail(node.source(), llvm::Twine(std::string(key.str())) + " must be a table");
    }
    for (const auto& [name, value] : *table) {
      if (name != "include" && name != "exclude") {
        return Fail(name.source(), "unknown key '" + llvm::Twine(std::string(name.str())) +
                                       "'; valid are include, exclude");
      }
      auto& list = name == "include" ? globs.include : globs.exclude;
      if (llvm::Error error = AddGlobs(name, value, list)) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error ReadSetting(const toml::key& key, const toml::node& node, Options& options) const {
    if (key == "files") return ReadGlobs(key, node, options.files);
    if (key == "functions") return ReadGlobs(key, node, options.functions);
    if (key == "bytes") {
      const auto* number = node.as_integer();
      const std::string text = number != nullptr ? std::to_string(number->get()) : "no number";
      return Store(node, ParseBytes(text), options.bytes_max);
    }
    if (key != "level" && key != "lower") {
      return Fail(key.source(), "unknown key '" + llvm::Twine(std::string(key.str())) +
                                    "'; valid are bytes, level, lower, files, functions");
    }
    llvm::Expected<std::string> text = Text(key, node);
    if (!text) return text.takeError();
    if (key == "level") return Store(node, ParseLevel(*text), options.level);
    return Store(node, ParseLowerCalls(*text), options.lower_calls);
  }

 private:
  template <typename T>
  llvm::Error Store(const toml::node& node, llvm::Expected<T> value, T& setting) const {
    if (!value) return Fail(node.source(), llvm::toString(value.takeError()));
    setting = *value;
    return llvm::Error::success();
  }

  // A pattern refers to its text, which has to live as long as the compilation.
  static llvm::StringRef Keep(const std::string& text) {
    static std::vector<std::unique_ptr<std::string>> texts;
    texts.push_back(std::make_unique<std::string>(text));
    return *texts.back();
  }

  const std::string& path_;
};

}  // namespace

llvm::Error ReadConfigFile(const std::string& path, Options& options) {
  auto content = llvm::MemoryBuffer::getFile(path);
  if (!content) {
    return OptionError("cannot read config file '" + llvm::Twine(path) +
                       "': " + content.getError().message());
  }
  const Reader reader(path);
  const llvm::StringRef text = (*content)->getBuffer();
  toml::parse_result result = toml::parse(std::string_view(text.data(), text.size()), path);
  if (!result) {
    const toml::parse_error& error = result.error();
    return reader.Fail(error.source(), std::string(error.description()));
  }
  for (const auto& [key, node] : result.table()) {
    if (llvm::Error error = reader.ReadSetting(key, node, options)) return error;
  }
  return llvm::Error::success();
}

}  // namespace scope::compiler_plugin
