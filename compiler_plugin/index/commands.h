// commands.h - what a compilation database says about each file, as the indexer needs it.
//
// Path:   compile_commands.json -> THIS -> index.cc
// Fails:  an error with one line: no such file, or its content makes no sense.

#pragma once

#include <string>
#include <vector>

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/Error.h"

namespace scope::compiler_plugin {

struct Command {
  clang::tooling::CompileCommand compile;  // Without the plugin and its options.
  std::string file;                        // Absolute.
  std::vector<std::string> options;        // What the plugin was told: "level=all".
};

// The commands for `files`, paths or ends of paths; all if there are none.
llvm::Expected<std::vector<Command>> ReadCommands(const std::string& build_folder,
                                                  const std::vector<std::string>& files);

}  // namespace scope::compiler_plugin
