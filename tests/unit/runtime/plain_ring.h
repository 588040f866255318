// plain_ring.h - a session and a ring in plain memory, and numbered records to put there.
//
// Path:    tests of the writer -> THIS -> ring_writer.h
// Threads: as ring_writer.h; Write() also in signal handlers, as instrumented code would.

#pragma once

#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "runtime/cold/signals.h"
#include "runtime/hot/cursor.h"
#include "runtime/hot/ring_writer.h"

namespace scope::runtime {

// Record i; a reader that sees another value for the node has got a torn record.
inline uint64_t NodeOf(uint64_t i) { return ((i + 1) << 4) & SCOPE_HEAD_NODE; }
inline uint64_t NumberOf(uint64_t node) { return (node >> 4) - 1; }
inline uint64_t ValueOf(uint64_t i) { return (i + 1) * 0x9e3779b97f4a7c15u; }

class PlainRing {
 public:
  explicit PlainRing(scope_on_full on_full, uint64_t ring_bytes = SCOPE_RING_BYTES_MIN,
                     uint32_t block_timeout_ms = 1000)
      : shape_(MakeRingShape(ring_bytes)),
        header_(static_cast<scope_ring_header*>(std::aligned_alloc(4096, shape_.file_bytes))) {
    std::memset(static_cast<void*>(header_), 0, shape_.file_bytes);
    shared_.state = kScopeSessionOpen;
    shared_.on_full = on_full;
    shared_.block_timeout_ms = block_timeout_ms;
    shared_.collector_pid = static_cast<uint32_t>(getpid());
    session_ = MakeSession(&shared_);
    writer_.Start(header_, shape_, &session_);
  }
  ~PlainRing() { std::free(header_); }
  PlainRing(const PlainRing&) = delete;
  PlainRing& operator=(const PlainRing&) = delete;

  // The steps of an inline event that writes `count` records, the first numbered `i`.
  void Write(uint64_t i, uint64_t count = 1) {
    const uint64_t room = Take(count * SCOPE_RECORD_BYTES);
    for (uint64_t k = 0; k < count; ++k) {
      ScopePutRecord(room + k * SCOPE_RECORD_BYTES, NodeOf(i + k), ValueOf(i + k));
    }
  }

  uint64_t Take(uint64_t bytes) {
    if (ScopeHasRoom(writer_.cursor(), bytes)) return ScopeTakeRoom(writer_.cursor(), bytes);
    const SignalsBlocked blocked;
    return writer_.Reserve(bytes);
  }

  scope_ring_header& header() { return *header_; }
  scope_session& session() { return shared_; }
  RingWriter& writer() { return writer_; }
  const RingShape& shape() const { return shape_; }

  // Records that fit before the writer needs a chunk to be released.
  uint64_t RecordsMax() const {
    return shape_.chunk_count * (shape_.chunk_bytes - shape_.red_zone_bytes) / SCOPE_RECORD_BYTES;
  }

 private:
  RingShape shape_;
  scope_ring_header* header_;
  scope_session shared_ = {};
  Session session_;
  RingWriter writer_;
};

}  // namespace scope::runtime
