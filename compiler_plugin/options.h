// options.h - what the person who compiles asked for.
//
// Path:   -fplugin-arg-scope-<key>=<value>, a TOML file -> THIS -> consumer, lowering
// Fails:  an unknown key or value is an error that names the valid ones.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include "scope/event.h"

namespace scope::compiler_plugin {

// Patterns with *, ? and [].
struct Globs {
  std::vector<llvm::GlobPattern> include;  // None: everything.
  std::vector<llvm::GlobPattern> exclude;  // Stronger than include.
};

struct Options {
  scope_level level = kScopeLevelValues;
  bool lower_calls = false;
  uint64_t bytes_max = 128;  // of an object that are captured
  Globs files;
  Globs functions;
  std::string config_path;  // Empty: none.
};

// `arguments`: "key=value", without the prefix. What is given here wins over the file.
llvm::Expected<Options> ParseOptions(const std::vector<std::string>& arguments);

// Shared by the two places that a setting can come from.
llvm::Expected<scope_level> ParseLevel(llvm::StringRef value);
llvm::Expected<bool> ParseLowerCalls(llvm::StringRef value);
llvm::Expected<uint64_t> ParseBytes(llvm::StringRef value);
llvm::Error OptionError(const llvm::Twine& message);

}  // namespace scope::compiler_plugin
