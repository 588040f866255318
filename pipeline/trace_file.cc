#include "pipeline/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "scope/wire/block.h"
#include "sdk/trace/block_file.h"

namespace scope::pipeline {

absl::StatusOr<std::unique_ptr<TraceFile>> TraceFile::Create(const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  std::unique_ptr<TraceFile> file(new TraceFile(path, descriptor));
  const scope_file_header header = {
      .magic = SCOPE_FILE_MAGIC, .version = SCOPE_FILE_VERSION, .reserved = 0};
  if (absl::Status status = file->Write(&header, sizeof(header), {}); !status.ok()) return status;
  return file;
}

TraceFile::TraceFile(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor), syncer_([this] { SyncNowAndThen(); }) {}

TraceFile::~TraceFile() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  syncer_.join();
  fdatasync(descriptor_);
  close(descriptor_);
}

// A slow disk delays the sync, and not the program that waits for its rings.
void TraceFile::SyncNowAndThen() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::seconds(1), [this] { return stop_; })) {
    lock.unlock();
    fdatasync(descriptor_);
    lock.lock();
  }
}

absl::Status TraceFile::Append(const Note& block) {
  scope_block_header header = {.magic = SCOPE_BLOCK_MAGIC,
                               .kind = static_cast<uint32_t>(block.kind),
                               .sequence = next_sequence_,
                               .payload_bytes = block.payload.size(),
                               .checksum = 0};
  if (block.payload.size() > SCOPE_BLOCK_BYTES_MAX) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, ": a block of ", block.payload.size(), " bytes is too large"));
  }
  header.checksum = trace::BlockChecksum(header, block.payload.data());
  absl::Status status = Write(&header, sizeof(header), block.payload);
  if (status.ok()) ++next_sequence_;
  return status;
}

absl::Status TraceFile::Write(const void* header, size_t header_bytes,
                              const std::vector<uint8_t>& payload) {
  static constexpr uint8_t kPadding[8] = {};
  iovec parts[3] = {{const_cast<void*>(header), header_bytes},
                    {const_cast<uint8_t*>(payload.data()), payload.size()},
                    {const_cast<uint8_t*>(kPadding), (8 - payload.size() % 8) % 8}};
  const uint64_t bytes = parts[0].iov_len + parts[1].iov_len + parts[2].iov_len;
  uint64_t written = 0;
  int first = 0;
  while (written < bytes) {
    const ssize_t n = writev(descriptor_, parts + first, 3 - first);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Failed(n < 0 ? errno : EIO);
    written += static_cast<uint64_t>(n);
    size_t left = static_cast<size_t>(n);
    while (first < 3 && left >= parts[first].iov_len) left -= parts[first++].iov_len;
    if (first == 3) break;
    parts[first].iov_base = static_cast<uint8_t*>(parts[first].iov_base) + left;
    parts[first].iov_len -= left;
  }
  bytes_ += bytes;
  return absl::OkStatus();
}

// Takes back what is not whole.
absl::Status TraceFile::Failed(int error) {
  const auto whole = static_cast<off_t>(bytes_);
  if (ftruncate(descriptor_, whole) == 0) lseek(descriptor_, whole, SEEK_SET);
  const std::string message = absl::StrCat(path_, ": ", std::strerror(error));
  const bool is_full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return is_full ? absl::ResourceExhaustedError(message) : absl::UnavailableError(message);
}

}  // namespace scope::pipeline
