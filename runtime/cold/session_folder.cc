#include "runtime/cold/session_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace scope::runtime {
namespace {

// Out of the way of programs that count on small numbers.
constexpr rlim_t kDescriptorMax = 1024;
constexpr rlim_t kBelowLimit = 8;

struct KeptFolder {
  int descriptor;
  dev_t device;
  ino_t inode;
};
constinit KeptFolder g_kept = {.descriptor = -1, .device = 0, .inode = 0};

bool IsKept() {
  struct stat info;
  return g_kept.descriptor >= 0 && fstat(g_kept.descriptor, &info) == 0 &&
         info.st_dev == g_kept.device && info.st_ino == g_kept.inode;
}

}  // namespace

void KeepFolder(const char* folder) {
  rlimit limit;
  if (geteuid() != 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t end = limit.rlim_cur < kDescriptorMax ? limit.rlim_cur : kDescriptorMax;
  if (end <= kBelowLimit) return;
  if (IsKept()) close(g_kept.descriptor);  // of the session before
  const int found = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  struct stat info;
  if (found >= 0 && fstat(found, &info) == 0) {
    g_kept = {.descriptor = fcntl(found, F_DUPFD_CLOEXEC, static_cast<int>(end - kBelowLimit)),
              .device = info.st_dev,
              .inode = info.st_ino};
  }
  if (found >= 0) close(found);
}

int OpenInFolder(const SessionPath& path, int flags) {
  flags |= O_CLOEXEC | O_NOFOLLOW;
  const int file = open(path.c_str(), flags, S_IRUSR | S_IWUSR);
  if (file >= 0 || (errno != ENOENT && errno != ENOTDIR)) return file;
  const int error = errno;
  if (IsKept()) return openat(g_kept.descriptor, path.name(), flags, S_IRUSR | S_IWUSR);
  errno = error;
  return -1;
}

void UnlinkInFolder(const SessionPath& path) {
  if (unlink(path.c_str()) != 0 && IsKept()) unlinkat(g_kept.descriptor, path.name(), 0);
}

}  // namespace scope::runtime
