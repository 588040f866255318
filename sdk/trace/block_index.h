// block_index.h - where the events of each node lie, and what is known of them without reading.
//
// Path:    blocks of kind Index, or the blocks of events themselves -> THIS -> FileReader
// Threads: one.
// Fails:   Take() refuses what does not fit to the blocks of the file; the caller reads them then.

#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "schema/trace_generated.h"
#include "scope/trace/reader.h"
#include "sdk/trace/block_file.h"
#include "sdk/trace/block_summary.h"
#include "sdk/trace/event_block.h"
#include "sdk/trace/stamp_walk.h"

namespace scope::trace {

class BlockIndex {
 public:
  // Of one node in one block.
  struct Entry {
    const BlockSummary* block;
    const ColumnSummary* column;
    uint32_t number;  // of the block among those of events

    uint64_t first_seq() const { return block->first_seq + column->first_event; }
    uint64_t last_seq() const { return block->first_seq + column->last_event; }
  };

  // A verified block of kind Index. False: it makes no sense, and is left out.
  bool Add(const std::vector<uint8_t>& payload);

  // Keeps what fits to the file: `events` are its blocks of events, in order.
  void Check(const std::vector<BlockPlace>& events, size_t node_count, size_t thread_count);

  // The next block that no index tells about. Its stamps and values are unpacked.
  void AddBlock(const BlockPlace& place, EventBlock& block, const std::deque<Node>& nodes,
                size_t thread_count);

  size_t size() const { return blocks_.size(); }
  const BlockSummary& operator[](size_t number) const { return blocks_[number]; }
  void Resize(size_t blocks);

  // Events, not records, in the blocks before number `block`.
  uint64_t EventCount(size_t block) const;

  // In the order of the file.
  std::vector<Entry> Find(uint32_t node) const;

 private:
  static bool Fits(const BlockSummary& block, size_t node_count, size_t thread_count);

  std::deque<BlockSummary> blocks_;
  StampWalk walk_;
};

}  // namespace scope::trace
