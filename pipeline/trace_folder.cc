#include "pipeline/trace_folder.h"

#include <sys/statvfs.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "scope/wire/block.h"

namespace scope::pipeline {
namespace {

namespace fs = std::filesystem;

bool IsTrace(const fs::path& directory) {
  std::ifstream file(directory / SCOPE_TRACE_FILE, std::ios::binary);
  uint64_t magic = 0;
  file.read(reinterpret_cast<char*>(&magic), sizeof(magic));
  return file.good() && magic == SCOPE_FILE_MAGIC;
}

// A recording that could not write even its first bytes leaves such a folder.
bool IsEmptyTrace(const fs::path& directory) {
  std::error_code error;
  return fs::file_size(directory / SCOPE_TRACE_FILE, error) < sizeof(scope_file_header) && !error;
}

absl::Status Refused(const fs::path& path, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(path.string(), " ", why, "; give another folder (-d)"));
}

absl::Status MoveAside(const fs::path& directory) {
  std::error_code error;
  const fs::path old = directory.string() + ".old";
  if (fs::exists(fs::symlink_status(old, error))) {
    if (!IsTrace(old) && !IsEmptyTrace(old)) {
      return Refused(old, "is in the way of the last trace, and is no trace itself");
    }
    fs::remove_all(old, error);
    if (error) return Refused(old, absl::StrCat("cannot be removed: ", error.message()));
  }
  fs::rename(directory, old, error);
  if (error) return Refused(directory, absl::StrCat("cannot be moved aside: ", error.message()));
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareTraceFolder(const std::string& directory) {
  std::error_code error;
  fs::path path = fs::path(directory).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "scope.data/"
  if (path.empty()) return absl::InvalidArgumentError("the trace needs a folder (-d)");
  if (fs::exists(fs::status(path, error))) {
    if (!fs::is_directory(path, error)) return Refused(path, "is no folder");
    if (fs::is_empty(path, error)) return absl::OkStatus();
    if (!IsTrace(path) && !IsEmptyTrace(path)) {
      return Refused(path, "holds something else than a trace");
    }
    if (absl::Status status = MoveAside(path); !status.ok()) return status;
  }
  fs::create_directory(path, error);
  if (error) return Refused(path, absl::StrCat("cannot be made: ", error.message()));
  return absl::OkStatus();
}

uint64_t FreeDiskBytes(const std::string& directory) {
  struct statvfs status;
  if (statvfs(directory.c_str(), &status) != 0) return ~uint64_t{0};
  return uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace scope::pipeline
