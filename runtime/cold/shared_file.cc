#include "runtime/cold/shared_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/cold/session_folder.h"

namespace scope::runtime {
namespace {

// Closes the file but leaves errno as the caller must see it.
void* MapAndClose(int file, uint64_t bytes, int error) {
  void* memory = MAP_FAILED;
  if (error == 0) {
    memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    error = errno;
  }
  close(file);
  if (memory != MAP_FAILED) return memory;
  errno = error;
  return nullptr;
}

int Allocate(int file, uint64_t bytes) {
  while (fallocate(file, 0, 0, static_cast<off_t>(bytes)) != 0) {
    if (errno == EINTR) continue;
    return errno == EOPNOTSUPP ? posix_fallocate(file, 0, static_cast<off_t>(bytes)) : errno;
  }
  return 0;
}

}  // namespace

SessionPath::SessionPath(const char* folder, const char* name) {
  Append(folder);
  Append("/");
  name_at_ = length_;
  Append(name);
}

SessionPath::SessionPath(const char* folder, const char* name, uint32_t number)
    : SessionPath(folder, name) {
  Append(number);
}

SessionPath::SessionPath(const char* folder, const char* name, uint32_t number, uint32_t second)
    : SessionPath(folder, name, number) {
  Append("-");
  Append(second);
}

void SessionPath::Append(const char* text) {
  while (*text != '\0' && length_ + 1 < sizeof(text_)) text_[length_++] = *text++;
  text_[length_] = '\0';
}

void SessionPath::Append(uint32_t number) {
  if (number >= 10) Append(number / 10);
  const char digit[2] = {static_cast<char>('0' + number % 10), '\0'};
  Append(digit);
}

void* CreateSharedFile(const SessionPath& path, uint64_t bytes) {
  const int file = OpenInFolder(path, O_RDWR | O_CREAT | O_EXCL);
  if (file < 0) return nullptr;
  void* const memory = MapAndClose(file, bytes, Allocate(file, bytes));
  if (memory == nullptr) {
    const int error = errno;
    UnlinkInFolder(path);
    errno = error;
  }
  return memory;
}

bool ReplaceByZeros(void* memory, uint64_t bytes) {
  return mmap(memory, bytes, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

bool MoveMapping(void* from, void* to, uint64_t bytes) {
  if (mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to) != MAP_FAILED) return true;
  munmap(from, bytes);
  return false;
}

void* OpenSharedFile(const SessionPath& path, uint64_t bytes) {
  const int file = OpenInFolder(path, O_RDWR);
  if (file < 0) return nullptr;
  struct stat info;
  int error = 0;
  if (fstat(file, &info) != 0) {
    error = errno;
  } else if (static_cast<uint64_t>(info.st_size) < bytes) {
    error = EPROTO;
  }
  return MapAndClose(file, bytes, error);
}

}  // namespace scope::runtime
