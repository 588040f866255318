#include "pipeline/mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace scope::pipeline {
namespace {

// Mapped ranges, for a signal handler to find: no lock, no memory.
struct Guard {
  std::atomic<uintptr_t> begin{0};  // 0: free, 1: taken, not yet in use
  std::atomic<uintptr_t> end{0};
  std::atomic<bool> broken{false};
};

constexpr uint32_t kGuards = 16384;
Guard g_guards[kGuards];
std::atomic<uint32_t> g_guards_used{0};  // all in use lie below

// kGuards: none is free.
uint32_t TakeGuard() {
  for (uint32_t i = 0; i < kGuards; ++i) {
    uintptr_t free = 0;
    if (g_guards[i].begin.load(std::memory_order_relaxed) != 0) continue;
    if (!g_guards[i].begin.compare_exchange_strong(free, 1)) continue;
    uint32_t used = g_guards_used.load();
    while (used <= i && !g_guards_used.compare_exchange_weak(used, i + 1)) {
    }
    return i;
  }
  return kGuards;
}

// The file has lost pages: zeros take the place of the whole mapping.
void OnBusError(int signal_number, siginfo_t* info, void*) {
  const int saved_errno = errno;
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  const uint32_t used = g_guards_used.load();
  for (uint32_t i = 0; i < used; ++i) {
    const uintptr_t begin = g_guards[i].begin.load();
    const uintptr_t end = g_guards[i].end.load();
    if (begin <= 1 || address < begin || address >= end) continue;
    void* const zeros = mmap(reinterpret_cast<void*>(begin), end - begin, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    if (zeros == MAP_FAILED) break;
    g_guards[i].broken.store(true);
    errno = saved_errno;
    return;
  }
  signal(signal_number, SIG_DFL);
}

absl::Status Refused(const std::string& path) {
  const std::string message = absl::StrCat(path, ": ", std::strerror(errno));
  return errno == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

}  // namespace

void GuardMappedFiles() {
  struct sigaction action = {};
  action.sa_sigaction = OnBusError;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGBUS, &action, nullptr);
}

absl::StatusOr<std::unique_ptr<MappedFile>> MappedFile::Open(const std::string& path,
                                                             uint64_t bytes_min,
                                                             uint64_t bytes_max) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return Refused(path);
  struct stat status;
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid()) {
    close(descriptor);
    return absl::InvalidArgumentError(absl::StrCat(path, " is no file of ours"));
  }
  const auto bytes = static_cast<uint64_t>(status.st_size);
  if (bytes < bytes_min) {
    close(descriptor);
    return absl::FailedPreconditionError(absl::StrCat(path, " has only ", bytes, " bytes"));
  }
  if (bytes > bytes_max) {
    close(descriptor);
    return absl::InvalidArgumentError(absl::StrCat(path, " has too many bytes: ", bytes));
  }
  return Map(path, descriptor, bytes);
}

absl::StatusOr<std::unique_ptr<MappedFile>> MappedFile::Create(const std::string& path,
                                                               uint64_t bytes) {
  const int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return Refused(path);
  // Allocated now: a full file system is an error here, and not a signal later.
  if (const int error = posix_fallocate(descriptor, 0, static_cast<off_t>(bytes)); error != 0) {
    close(descriptor);
    unlink(path.c_str());
    return absl::ResourceExhaustedError(absl::StrCat(path, ": ", std::strerror(error)));
  }
  return Map(path, descriptor, bytes);
}

// Closes the descriptor.
absl::StatusOr<std::unique_ptr<MappedFile>> MappedFile::Map(const std::string& path, int descriptor,
                                                            uint64_t bytes) {
  const uint32_t guard = TakeGuard();
  if (guard == kGuards) {
    close(descriptor);
    return absl::ResourceExhaustedError(absl::StrCat(path, ": too many files are mapped"));
  }
  void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  const int error = errno;
  close(descriptor);
  if (data == MAP_FAILED) {
    g_guards[guard].begin.store(0);
    return absl::ResourceExhaustedError(absl::StrCat(path, ": ", std::strerror(error)));
  }
  const auto begin = reinterpret_cast<uintptr_t>(data);
  g_guards[guard].broken.store(false);
  g_guards[guard].end.store(begin + bytes);
  g_guards[guard].begin.store(begin);
  return std::unique_ptr<MappedFile>(new MappedFile(static_cast<uint8_t*>(data), bytes, guard));
}

MappedFile::~MappedFile() {
  g_guards[guard_].begin.store(1);
  munmap(data_, bytes_);
  g_guards[guard_].begin.store(0);
}

bool MappedFile::broken() const { return g_guards[guard_].broken.load(std::memory_order_relaxed); }

void MappedFile::Forget(uint64_t offset, uint64_t bytes) const {
  constexpr uint64_t kPage = 4096;
  const uint64_t begin = (offset + kPage - 1) & ~(kPage - 1);
  const uint64_t end = (offset + bytes) & ~(kPage - 1);
  // Private zeros that replaced a broken file would come back as zeros all the same.
  if (begin < end && end <= bytes_) madvise(data_ + begin, end - begin, MADV_DONTNEED);
}

}  // namespace scope::pipeline
