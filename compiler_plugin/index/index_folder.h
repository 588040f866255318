// index_folder.h - the maps that were made, and what they were made from.
//
// Path:   FileIndex -> THIS, two files for each command in the index's folder -> scope nodes
// Fails:  a folder that cannot be written is an error with one line.
//
// NAME-KEY.map holds the maps. NAME-KEY.deps has a line for each file that was read: its hash and
// its path. A map is current while KEY (of the command and the options) and all hashes are.

#pragma once

#include <string>

#include "compiler_plugin/index/commands.h"
#include "compiler_plugin/index/make_map.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

namespace scope::compiler_plugin {

class IndexFolder {
 public:
  explicit IndexFolder(std::string path) : path_(std::move(path)) {}

  llvm::Error Create() const;
  // The path of a command's files, without the ending.
  std::string NameOf(const Command& command) const;
  bool IsCurrent(const std::string& name);
  llvm::Error Write(const std::string& name, const FileIndex& index,
                    const std::string& config_path);
  // Removes the maps of commands that there are no more.
  void RemoveOthers(const llvm::StringSet<>& names) const;

 private:
  // 0: it cannot be read.
  uint64_t HashOf(const std::string& path);

  std::string path_;
  llvm::StringMap<uint64_t> hashes_;
};

}  // namespace scope::compiler_plugin
