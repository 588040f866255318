// indexer.h - starts the program that makes an index.
//
// Path:    scope index, scope nodes --match -> THIS -> scope-index19
// Threads: one.
// Fails:   returns the exit code; why was said on stderr.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace scope::tools {

struct IndexRequest {
  std::string build_folder;
  std::string output;
  std::vector<std::string> files;
  std::vector<std::string> options;  // of the plugin: "level=all"
  uint64_t jobs = 1;
  bool quiet = false;
};

int RunIndexer(const IndexRequest& request);

}  // namespace scope::tools
