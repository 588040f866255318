#include "sdk/trace/block_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace scope::trace {
namespace {

// False when the file ends before, or cannot be read.
bool ReadAt(int descriptor, uint64_t offset, void* data, size_t bytes) {
  auto* out = static_cast<uint8_t*>(data);
  while (bytes > 0) {
    const ssize_t n = pread(descriptor, out, bytes, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    out += n;
    offset += static_cast<uint64_t>(n);
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

constexpr uint64_t Pad8(uint64_t bytes) { return (bytes + 7) & ~uint64_t{7}; }

}  // namespace

uint64_t BlockPlace::end() const {
  return offset + sizeof(scope_block_header) + Pad8(header.payload_bytes);
}

uint64_t BlockChecksum(const scope_block_header& header, const void* payload) {
  constexpr size_t kBegin = offsetof(scope_block_header, kind);
  constexpr size_t kEnd = offsetof(scope_block_header, checksum);
  XXH3_state_t* state = XXH3_createState();
  if (state == nullptr) return 0;
  XXH3_64bits_reset(state);
  XXH3_64bits_update(state, reinterpret_cast<const uint8_t*>(&header) + kBegin, kEnd - kBegin);
  XXH3_64bits_update(state, payload, header.payload_bytes);
  const uint64_t checksum = XXH3_64bits_digest(state);
  XXH3_freeState(state);
  return checksum;
}

std::string TraceFileOf(const std::string& trace) {
  struct stat status;
  const bool is_file = stat(trace.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return is_file ? trace : trace + "/" SCOPE_TRACE_FILE;
}

absl::StatusOr<BlockFile> OpenTrace(const std::string& trace) {
  absl::StatusOr<BlockFile> file = BlockFile::Open(TraceFileOf(trace));
  if (!absl::IsNotFound(file.status())) return file;
  return absl::NotFoundError(absl::StrCat("no trace in ", trace, ": it has no ", SCOPE_TRACE_FILE,
                                          "; make one with 'scope record'"));
}

absl::StatusOr<BlockFile> BlockFile::Open(const std::string& path) {
  BlockFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.descriptor_ < 0) {
    const std::string message = absl::StrCat(path, ": ", std::strerror(errno));
    return errno == ENOENT || errno == ENOTDIR ? absl::NotFoundError(message)
                                               : absl::PermissionDeniedError(message);
  }
  struct stat status;
  scope_file_header header;
  if (fstat(file.descriptor_, &status) != 0 || !S_ISREG(status.st_mode) ||
      !ReadAt(file.descriptor_, 0, &header, sizeof(header)) || header.magic != SCOPE_FILE_MAGIC) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a trace of scope"));
  }
  if (header.version != SCOPE_FILE_VERSION) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " has format ", header.version, "; this scope reads format ", SCOPE_FILE_VERSION));
  }
  file.bytes_ = static_cast<uint64_t>(status.st_size);
  return file;
}

BlockFile::BlockFile(BlockFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), bytes_(other.bytes_) {}

BlockFile& BlockFile::operator=(BlockFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

BlockFile::~BlockFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void BlockFile::Refresh() {
  struct stat status;
  if (fstat(descriptor_, &status) == 0) bytes_ = static_cast<uint64_t>(status.st_size);
}

absl::StatusOr<BlockPlace> BlockFile::Find(uint64_t offset, uint64_t sequence) const {
  if (offset >= bytes_) return absl::OutOfRangeError("end of file");
  BlockPlace place{.offset = offset};
  if (!ReadAt(descriptor_, offset, &place.header, sizeof(place.header))) {
    return absl::DataLossError("the last block is not whole");
  }
  const scope_block_header& header = place.header;
  if (header.magic != SCOPE_BLOCK_MAGIC || header.sequence != sequence ||
      header.payload_bytes > SCOPE_BLOCK_BYTES_MAX) {
    return absl::DataLossError(absl::StrCat("block ", sequence, " has a damaged header"));
  }
  if (place.end() > bytes_) return absl::DataLossError("the last block is not whole");
  return place;
}

absl::Status BlockFile::Read(const BlockPlace& place, std::vector<uint8_t>& payload) const {
  payload.resize(place.header.payload_bytes);
  if (!ReadAt(descriptor_, place.offset + sizeof(scope_block_header), payload.data(),
              payload.size())) {
    return absl::DataLossError(absl::StrCat("block ", place.header.sequence, " cannot be read"));
  }
  if (BlockChecksum(place.header, payload.data()) != place.header.checksum) {
    return absl::DataLossError(
        absl::StrCat("block ", place.header.sequence, " is damaged: its checksum is wrong"));
  }
  return absl::OkStatus();
}

}  // namespace scope::trace
