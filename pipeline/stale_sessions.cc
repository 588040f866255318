#include "pipeline/stale_sessions.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scope/wire/session.h"

namespace scope::pipeline {
namespace {

constexpr char kFolder[] = "/dev/shm";
constexpr size_t kNameLength = 18;  // "scope-" and twelve letters
// What its rings still hold was captured and not stored: nobody shall miss it on the same day.
constexpr time_t kStaleAfterS = 24 * 60 * 60;

bool IsStale(const std::string& folder) {
  struct stat status;
  if (lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) ||
      status.st_uid != geteuid() || time(nullptr) - status.st_mtime < kStaleAfterS) {
    return false;
  }
  const int control = open(absl::StrCat(folder, "/control").c_str(),
                           O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (control < 0) return false;
  scope_session session = {};
  const bool is_session = read(control, &session, sizeof(session)) == sizeof(session) &&
                          session.magic == SCOPE_SESSION_MAGIC;
  // A lock and not a pid: collectors of other containers may share /dev/shm.
  const bool is_free = flock(control, LOCK_EX | LOCK_NB) == 0;
  close(control);
  return is_session && is_free;
}

}  // namespace

int LockSession(const std::string& folder) {
  const int control = open(absl::StrCat(folder, "/control").c_str(), O_RDONLY | O_CLOEXEC);
  if (control >= 0) flock(control, LOCK_EX | LOCK_NB);
  return control;
}

void RemoveStaleSessions() {
  DIR* directory = opendir(kFolder);
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    const absl::string_view name = entry->d_name;
    if (!absl::StartsWith(name, "scope-") || name.size() != kNameLength) continue;
    const std::string folder = absl::StrCat(kFolder, "/", entry->d_name);
    if (IsStale(folder)) RemoveSession(folder);
  }
  closedir(directory);
}

void RemoveSession(const std::string& folder) {
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    unlinkat(dirfd(directory), entry->d_name, 0);
  }
  closedir(directory);
  rmdir(folder.c_str());
}

}  // namespace scope::pipeline
