// archive.h - the members of a static library.
//
// Path:    .a file -> THIS -> ReadBinary
// Threads: any.
// Fails:   absl::Status that names the file. Sizes are checked before use.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scope::trace {

struct ArchiveMember {
  std::string name;  // "libx.a(y.o)"
  std::string path;  // the file that holds it: the archive, or of a thin one the member itself
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

bool IsArchive(const std::string& path);

absl::StatusOr<std::vector<ArchiveMember>> ArchiveMembers(const std::string& path);

}  // namespace scope::trace
