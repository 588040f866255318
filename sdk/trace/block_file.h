// block_file.h - finds the blocks of a trace file, and gives out none that is damaged.
//
// Path:    events.scope -> THIS (envelope) -> FlatBuffers Verifier -> tables, event_block
// Threads: one.
// Fails:   DataLoss says what is wrong with the block; OutOfRange is the regular end of the file.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scope/wire/block.h"

namespace scope::trace {

class BlockFile;

// A trace is a folder with SCOPE_TRACE_FILE in it, or that file alone: a bundle.
std::string TraceFileOf(const std::string& trace);
// NotFound says how to make one.
absl::StatusOr<BlockFile> OpenTrace(const std::string& trace);

// Where a block's payload lies.
struct BlockPlace {
  scope_block_header header = {};
  uint64_t offset = 0;  // of the header in the file
  uint64_t end() const;
};

// The checksum of a block: what its header must hold.
uint64_t BlockChecksum(const scope_block_header& header, const void* payload);

class BlockFile {
 public:
  // Verifies the file's own header. NotFound: no such file, InvalidArgument: not a trace file.
  static absl::StatusOr<BlockFile> Open(const std::string& path);
  BlockFile(BlockFile&& other) noexcept;
  BlockFile& operator=(BlockFile&& other) noexcept;
  ~BlockFile();

  // The block that starts at `offset`, which must be block number `sequence`. Its payload is not
  // looked at.
  absl::StatusOr<BlockPlace> Find(uint64_t offset, uint64_t sequence) const;

  // Reads a payload and verifies its checksum.
  absl::Status Read(const BlockPlace& place, std::vector<uint8_t>& payload) const;

  // Looks again how long the file is.
  void Refresh();

  uint64_t bytes() const { return bytes_; }

 private:
  explicit BlockFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
  uint64_t bytes_ = 0;
};

}  // namespace scope::trace
