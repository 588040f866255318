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
  std::vector<llvm::GlobPattern> redact;   // Of variables and types.

  bool Allow(llvm::StringRef name) const;
  bool empty() const { return include.empty() && exclude.empty(); }
};

enum class SourceText { kOff, kHash, kText };

struct Options {
  scope_level level = kScopeLevelValues;
  bool lower_calls = false;
  bool objects = true;          // Strings, containers and classes are captured.
  bool armed = false;           // Nodes are off until a choice names them.
  bool graph = true;            // Flows, blocks and calls go into the AST map.
  bool system_headers = false;  // Their functions are instrumented, too.
  SourceText source = SourceText::kText;
  uint64_t bytes_max = 128;     // of an object that are captured
  uint32_t min_statements = 0;  // Functions with fewer get nothing.
  Globs files;
  Globs functions;
  Globs variables;
  Globs types;
  std::vector<llvm::GlobPattern> text;  // char* of these names are captured as text.
  std::vector<std::string> match;       // Only what these AST matchers bind is instrumented.
  std::vector<std::string> arm;         // What these bind is armed.
  std::string config_path;              // Empty: none.
  std::string report_path;              // Empty: none.
  std::string root;                     // Absolute folder; empty: not given.

  bool CapturesObjects() const { return objects && (level >= kScopeLevelValues || !match.empty()); }
};

// `arguments`: "key=value", without the prefix. What is given here wins over the file.
llvm::Expected<Options> ParseOptions(const std::vector<std::string>& arguments);

// Sets what both a command line and a file can say; `key` is spelled with underscores.
llvm::Error SetOption(llvm::StringRef key, llvm::StringRef value, Options& options);
// Null: no such list. Keys are files, functions, variables, types.
Globs* FindGlobs(llvm::StringRef key, Options& options);
llvm::Error AddGlob(llvm::StringRef text, std::vector<llvm::GlobPattern>& globs);

llvm::Error OptionError(const llvm::Twine& message);
// The keys of a file, for messages: "level, lower, ...".
std::string ValidKeys();

}  // namespace scope::compiler_plugin
