#include "compiler_plugin/config_file.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

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
      if (llvm::Error error = AddGlob(*text, globs)) {
        return Fail(element.source(), llvm::toString(std::move(error)));
      }
    }
    return llvm::Error::success();
  }

  llvm::Error ReadGlobs(const toml::key& key, const toml::node& node, Globs& globs) const {
    const auto* table = node.as_table();
    if (table == nullptr) {
      return Fail(node.source(), llvm::Twine(std::string(key.str())) + " must be a table");
    }
    const bool redacts = key == "variables" || key == "types";
    for (const auto& [name, value] : *table) {
      if (name != "include" && name != "exclude" && !(redacts && name == "redact")) {
        return Fail(name.source(), "unknown key '" + llvm::Twine(std::string(name.str())) +
                                       "'; valid are include, exclude" +
                                       (redacts ? ", redact" : ""));
      }
      auto& list = name == "include"   ? globs.include
                   : name == "exclude" ? globs.exclude
                                       : globs.redact;
      if (llvm::Error error = AddGlobs(name, value, list)) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error ReadSetting(const toml::key& key, const toml::node& node, Options& options) const {
    const std::string name(key.str());
    if (Globs* globs = FindGlobs(name, options)) return ReadGlobs(key, node, *globs);
    const auto* list = node.as_array();
    if (list != nullptr && (name == "match" || name == "arm" || name == "text")) {
      for (const toml::node& element : *list) {
        if (llvm::Error error = ReadText(key, element, options)) return error;
      }
      return llvm::Error::success();
    }
    const auto* number = node.as_integer();
    if (number != nullptr && (name == "min_statements" || name == "bytes")) {
      return Set(name, std::to_string(number->get()), key, node, options);
    }
    return ReadText(key, node, options);
  }

 private:
  llvm::Error ReadText(const toml::key& key, const toml::node& node, Options& options) const {
    const std::string name(key.str());
    llvm::Expected<std::string> text = Text(key, node);
    if (!text) {
      // A wrong name is what is wrong first.
      if (llvm::StringRef(ValidKeys() + ",").contains(name + ",")) return text.takeError();
      llvm::consumeError(text.takeError());
      return Fail(key.source(), "unknown key '" + name + "'; valid are " + ValidKeys());
    }
    std::string value = *text;
    if (name == "root" && !llvm::sys::path::is_absolute(value)) {
      value = (llvm::sys::path::parent_path(path_) + "/" + value).str();
      if (llvm::sys::path::parent_path(path_).empty()) value = *text;
    }
    return Set(name, value, key, node, options);
  }

  llvm::Error Set(const std::string& name, llvm::StringRef value, const toml::key& key,
                  const toml::node& node, Options& options) const {
    if (llvm::Error error = SetOption(name, value, options)) {
      const std::string message = llvm::toString(std::move(error));
      return Fail(
          llvm::StringRef(message).starts_with("unknown key") ? key.source() : node.source(),
          message);
    }
    return llvm::Error::success();
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
