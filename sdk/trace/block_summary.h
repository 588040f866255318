// block_summary.h - what a block of events holds, without its events: the index of a trace.
//
// Path:   pipeline/stages/encode -> THIS -> blocks of kind Index -> THIS -> sdk/trace/block_index
// Fails:  unpacking returns false when the bytes make no sense.
// Stable: file format.
//
// Unpacked, Index.data is the fields of all blocks one after the other, then those of all threads,
// then those of all columns; each field is a count of bytes and then its numbers as Coding::kDeltas
// has them. Numbers that lie close to others are stored as the difference to these: ticks to the
// block's first ones, max, first and last to min.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scope::trace {

// One node's events in a block. Times are what the thread's clock said last, or the collector saw.
struct ColumnSummary {
  uint32_t node = 0;
  uint32_t count = 0;        // records
  uint32_t parts = 0;        // of these, those that go on with a wide value
  uint32_t first_event = 0;  // index of its first record in the block
  uint32_t last_event = 0;
  uint64_t first_ticks = 0;  // the time of that record
  uint64_t last_ticks = 0;
  uint64_t min = 0;  // by the order of LessBits; of an Enter or Exit ticks, of wide values nothing
  uint64_t max = 0;
  uint64_t first = 0;
  uint64_t last = 0;

  bool operator==(const ColumnSummary&) const = default;
};

struct BlockSummary {
  struct Thread {
    uint32_t number = 0;
    uint32_t count = 0;  // records

    bool operator==(const Thread&) const = default;
  };

  uint64_t sequence = 0;  // of the block in the file
  uint64_t first_seq = 0;
  uint32_t count = 0;  // records
  bool has_gaps = false;
  uint64_t first_ticks = 0;
  std::vector<Thread> threads;         // by number
  std::vector<ColumnSummary> columns;  // by node

  bool operator==(const BlockSummary&) const = default;
};

std::vector<uint8_t> PackSummaries(const std::vector<BlockSummary>& blocks, uint64_t* bytes);
// `bytes`: before packing.
bool UnpackSummaries(const uint8_t* packed, size_t packed_bytes, uint64_t bytes,
                     std::vector<BlockSummary>& blocks);

// min, max, first and last of `count` values of a node of `type`; count > 0.
void Summarise(uint8_t type, const uint64_t* values, size_t count, ColumnSummary& summary);

}  // namespace scope::trace
