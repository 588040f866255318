// ring_input.h - a ring as the fuzzer sees it: what of its bytes the reader looks at, and no more.
//
// Path:    make_ring_corpus.cc -> input -> THIS -> a ring in memory -> ring_reader_fuzz.cc
//
// An input is a word that is written into the header between two reads, as a hostile program would
// (4 bytes where, 8 bytes what); the header with its four labels; and the records of each chunk, of
// which there are 16. All between is zero. Small, so that a million of them take seconds.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "runtime/hot/ring_shape.h"
#include "scope/wire/ring.h"

namespace scope::fuzz {

inline constexpr uint32_t kChunks = 4;
inline constexpr size_t kChunkBytes = 16 * SCOPE_RECORD_BYTES;  // that are used
inline constexpr runtime::RingShape kRingShape = {
    .chunk_count = kChunks,
    .chunk_bytes = SCOPE_CHUNK_BYTES_MIN,
    .red_zone_bytes = SCOPE_CHUNK_BYTES_MIN - kChunkBytes,
    .file_bytes = SCOPE_RING_DATA_OFFSET + kChunks * SCOPE_CHUNK_BYTES_MIN + SCOPE_SCRATCH_BYTES};

inline constexpr size_t kLateBytes = sizeof(uint32_t) + sizeof(uint64_t);
inline constexpr size_t kHeaderBytes =
    offsetof(scope_ring_header, chunks) + kChunks * sizeof(scope_chunk);
inline constexpr size_t kHeaderWords = kHeaderBytes / sizeof(uint64_t);
inline constexpr size_t kInputBytes = kLateBytes + kHeaderBytes + kChunks * kChunkBytes;

inline uint64_t ChunkOffset(uint32_t chunk) {
  return SCOPE_RING_DATA_OFFSET + uint64_t{chunk} * kRingShape.chunk_bytes;
}

class RingMemory {
 public:
  uint8_t* data() { return data_.data(); }

  // `bytes`: header and records, as many as there are.
  void Fill(const uint8_t* bytes, size_t size) {
    std::memset(data(), 0, sizeof(scope_ring_header));
    std::memcpy(data(), bytes, kHeaderBytes);
    for (uint32_t chunk = 0; chunk < kChunks; ++chunk) {
      const size_t at = kHeaderBytes + chunk * kChunkBytes;
      const size_t there = size > at ? std::min(size - at, kChunkBytes) : 0;
      std::memset(data() + ChunkOffset(chunk), 0, kChunkBytes);
      std::memcpy(data() + ChunkOffset(chunk), bytes + at, there);
    }
  }

 private:
  std::vector<uint8_t> data_ = std::vector<uint8_t>(kRingShape.file_bytes);
};

}  // namespace scope::fuzz
