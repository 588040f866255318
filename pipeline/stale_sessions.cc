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

int OpenControl(const std::string& folder) {
  return open(absl::StrCat(folder, "/control").c_str(),
              O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

bool IsSession(const std::string& folder) {
  const int control = OpenControl(folder);
  if (control < 0) return false;
  scope_session session = {};
  const bool is_session = read(control, &session, sizeof(session)) == sizeof(session) &&
                          session.magic == SCOPE_SESSION_MAGIC;
  close(control);
  return is_session;
}

bool IsStale(const std::string& folder) {
  struct stat status;
  return lstat(folder.c_str(), &status) == 0 && time(nullptr) - status.st_mtime >= kStaleAfterS &&
         IsSession(folder) && !IsHeld(folder);
}

}  // namespace

int LockSession(const std::string& folder) {
  const int control = OpenControl(folder);
  if (control >= 0) flock(control, LOCK_EX);  // others hold it for a moment, to look
  return control;
}

int TryLockSession(const std::string& folder) {
  const int control = OpenControl(folder);
  if (control < 0 || flock(control, LOCK_EX | LOCK_NB) == 0) return control;
  close(control);
  return -1;
}

bool IsHeld(const std::string& folder) {
  const int control = OpenControl(folder);
  if (control < 0) return false;
  const bool is_free = flock(control, LOCK_SH | LOCK_NB) == 0;
  close(control);
  return !is_free;
}

std::vector<std::string> SessionFolders() {
  std::vector<std::string> folders;
  DIR* directory = opendir(kFolder);
  if (directory == nullptr) return folders;
  while (const dirent* entry = readdir(directory)) {
    const absl::string_view name = entry->d_name;
    if (!absl::StartsWith(name, "scope-") || name.size() != kNameLength) continue;
    const std::string folder = absl::StrCat(kFolder, "/", entry->d_name);
    struct stat status;
    if (lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
        status.st_uid == geteuid()) {
      folders.push_back(folder);
    }
  }
  closedir(directory);
  return folders;
}

void RemoveStaleSessions() {
  for (const std::string& folder : SessionFolders()) {
    if (IsStale(folder)) RemoveSession(folder);
  }
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
