#include "compiler_plugin/options.h"

#include "compiler_plugin/config_file.h"

namespace scope::compiler_plugin {

llvm::Error OptionError(const llvm::Twine& message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Expected<scope_level> ParseLevel(llvm::StringRef value) {
  if (value == "functions") return kScopeLevelFunctions;
  if (value == "values") return kScopeLevelValues;
  if (value == "all") return kScopeLevelAll;
  return OptionError("unknown level '" + value + "'; valid are functions, values, all");
}

llvm::Expected<bool> ParseLowerCalls(llvm::StringRef value) {
  if (value == "inline") return false;
  if (value == "calls") return true;
  return OptionError("unknown value '" + value + "' of lower; valid are inline, calls");
}

llvm::Expected<uint64_t> ParseBytes(llvm::StringRef value) {
  uint64_t bytes = 0;
  if (value.getAsInteger(10, bytes) || bytes >= SCOPE_WIDE_LENGTH_MAX) {
    return OptionError("bytes is '" + value + "'; valid are numbers from 0 to " +
                       llvm::Twine(SCOPE_WIDE_LENGTH_MAX - 1));
  }
  return bytes;
}

llvm::Expected<Options> ParseOptions(const std::vector<std::string>& arguments) {
  Options options;
  std::optional<scope_level> level;
  std::optional<bool> lower_calls;
  std::optional<uint64_t> bytes_max;
  for (llvm::StringRef argument : arguments) {
    const auto [key, value] = argument.split('=');
    if (key == "level") {
      auto parsed = ParseLevel(value);
      if (!parsed) return parsed.takeError();
      level = *parsed;
    } else if (key == "lower") {
      auto parsed = ParseLowerCalls(value);
      if (!parsed) return parsed.takeError();
      lower_calls = *parsed;
    } else if (key == "bytes") {
      auto parsed = ParseBytes(value);
      if (!parsed) return parsed.takeError();
      bytes_max = *parsed;
    } else if (key == "config") {
      options.config_path = value.str();
    } else {
      return OptionError("unknown option '" + key + "'; valid are bytes, config, level, lower");
    }
  }
  if (!options.config_path.empty()) {
    if (llvm::Error error = ReadConfigFile(options.config_path, options)) return std::move(error);
  }
  if (level) options.level = *level;
  if (lower_calls) options.lower_calls = *lower_calls;
  if (bytes_max) options.bytes_max = *bytes_max;
  return options;
}

}  // namespace scope::compiler_plugin
