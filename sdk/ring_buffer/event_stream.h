// event_stream.h - puts events together again of the records that a ring's reader delivers.
//
// Path:    pipeline/stages/ring_reader -> Stream -> THIS -> RawRingBuffer::Each
// Threads: one at a time.
//
// An event is `pieces` records, 8 bytes each, in one reservation: the numbers of its records are
// position * pieces and those that follow.

#pragma once

#include <cstdint>

#include "pipeline/stages/ring_reader.h"
#include "scope/ring_buffer.h"

namespace scope {

class EventStream {
 public:
  EventStream(pipeline::RingReader& reader, uint32_t pieces) : reader_(reader), pieces_(pieces) {}

  // Reads until `count` events from `position` on were given to `each` (null: to nobody), or no
  // more are there. Returns how many were given.
  size_t Read(uint64_t position, size_t count, RawRingBuffer::Each each, void* context);

  // The first event of which it is not yet decided whether it is read or missing.
  uint64_t position() const { return seq_ / pieces_; }
  // Events that were there: given to somebody, or before the position that was asked for.
  uint64_t consumed() const { return consumed_; }
  // Events that were begun and are not whole.
  uint64_t torn() const { return torn_; }

 private:
  // Returns 1 if an event is whole and was given.
  size_t Take(uint64_t position, uint64_t value, RawRingBuffer::Each each, void* context);
  void Miss(const pipeline::Mark& mark);

  pipeline::RingReader& reader_;
  const uint32_t pieces_;
  uint64_t seq_ = 0;   // of the next record
  bool whole_ = true;  // all pieces of the current event are there, so far
  uint64_t consumed_ = 0;
  uint64_t torn_ = 0;
  uint64_t event_[kRingBufferEventBytesMax / sizeof(uint64_t)] = {};
};

}  // namespace scope
