// make_map.h - the AST map of one file, without compiling it.
//
// Path:   Command -> parser -> Consumer, as in the plugin -> THIS -> bytes of maps
// Fails:  no value: the file has errors, which were printed.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler_plugin/index/commands.h"
#include "compiler_plugin/options.h"

namespace scope::compiler_plugin {

struct FileIndex {
  std::string maps;                       // Size-prefixed, one after the other.
  std::vector<std::string> dependencies;  // Absolute paths of all files that were read.
  size_t functions = 0;
  size_t nodes = 0;
};

std::optional<FileIndex> MakeMap(const Command& command, const Options& options);

}  // namespace scope::compiler_plugin
