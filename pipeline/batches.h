// batches.h - every type that moves between the stages of the pipeline.
//
// Path:    drain -> Stream -> sequence -> Batch -> encode -> EncodedBatch -> store
// Threads: values; a Batch has one owner at a time.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/lease.h"
#include "scope/event.h"
#include "scope/wire/block.h"
#include "sdk/trace/block_summary.h"

namespace scope::pipeline {

class NodeIndex;

// Records one after the other; new room is not filled with zeros.
class Records {
 public:
  size_t size() const { return size_; }
  const scope_record* data() const { return data_.get(); }
  const scope_record& operator[](size_t i) const { return data_[i]; }
  scope_record& operator[](size_t i) { return data_[i]; }

  // Room for `count` more behind the last; Grow() says how much of it was used.
  scope_record* Room(size_t count) {
    if (size_ + count > capacity_) Reserve(size_ + count > 2 * size_ ? size_ + count : 2 * size_);
    return data_.get() + size_;
  }
  void Grow(size_t count) { size_ += count; }
  void Append(const scope_record* records, size_t count) {
    std::memcpy(Room(count), records, count * sizeof(scope_record));
    size_ += count;
  }
  void Shrink(size_t size) { size_ = size; }
  void DropFront(size_t count) {
    if (count == 0) return;
    size_ -= count;
    if (size_ > 0) std::memmove(data_.get(), data_.get() + count, size_ * sizeof(scope_record));
  }
  void Free() { *this = Records(); }
  size_t capacity() const { return capacity_; }

 private:
  void Reserve(size_t capacity) {
    auto data = std::make_unique_for_overwrite<scope_record[]>(capacity);
    if (size_ > 0) std::memcpy(data.get(), data_.get(), size_ * sizeof(scope_record));
    data_ = std::move(data);
    capacity_ = capacity;
  }

  std::unique_ptr<scope_record[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// What stands before a record of a thread: missing events, or a moment: the thread was there at
// `ticks` or later.
struct Mark {
  uint64_t thread_seq = 0;  // of the record, or of the first missing one
  uint64_t ticks = 0;
  uint64_t missing = 0;  // 0: the mark is a moment
  uint32_t reason = 0;   // scope_gap_reason
};

// One thread's records that are drained and not yet sequenced.
struct Stream {
  uint32_t thread = 0;    // number in the trace
  uint32_t process = 0;   // number in the trace
  uint64_t next_seq = 0;  // thread sequence number of records[head]
  uint64_t ticks = 0;     // the thread's latest stamp before records[head]
  uint64_t key = 0;       // its place among the threads: never less than ticks or a moment
  size_t head = 0;
  Records records;
  std::deque<Mark> marks;   // ascending
  bool caught_up = true;    // everything that was in the ring when it was drained is here
  bool holds_back = false;  // others wait for what is still in its ring: drain much of it
  uint64_t last_key = 0;    // of its last record, which was number ...
  uint64_t last_key_seq = ~uint64_t{0};
  uint64_t moment = 0;            // the latest one that went before
  uint64_t batch = ~uint64_t{0};  // the last batch that it has a ThreadStart in

  size_t size() const { return records.size() - head; }
  bool empty() const { return size() == 0 && marks.empty(); }
};

// The same fields as in the trace: sdk/schema/trace.fbs says what they mean.
struct Run {
  uint32_t thread = 0;
  uint32_t process = 0;
  uint32_t count = 0;
};

struct ThreadStart {
  uint32_t thread = 0;
  uint64_t thread_seq = 0;
  uint64_t ticks = 0;
};

struct Gap {
  uint32_t thread = 0;
  uint32_t before = 0;
  uint64_t thread_seq = 0;
  uint64_t count = 0;
  uint32_t reason = 0;
};

struct Stamp {
  uint32_t thread = 0;
  uint32_t before = 0;
  uint64_t ticks = 0;
};

struct Column {
  uint32_t node = 0;
  uint32_t count = 0;
  uint32_t offset = 0;
  uint32_t bytes = 0;
};

struct Frame {
  uint32_t packed = 0;
  uint32_t unpacked = 0;
};

// A block's payload that needs no more work: of a process, a module, a thread, a clock.
struct Note {
  scope_block_kind kind = kScopeBlockSession;
  std::vector<uint8_t> payload;
};

struct BlockedTime {
  uint32_t thread = 0;
  uint64_t blocked_ns = 0;
};

// Asks for a snapshot of what was kept, up to the end of the batch that carries it.
struct SnapshotWish {
  std::string cause;
  std::string directory;  // empty: the next one that is free
  uint32_t request = 0;   // which command asked; 0: none did
};

// A thread whose last event is in this batch or in an earlier one.
struct EndedThread {
  uint32_t thread = 0;
  uint32_t pid = 0;
  uint32_t tid = 0;
  uint64_t emitted = 0;
};

// Events in their final order, as the threads wrote them.
struct Batch {
  uint64_t ticket = 0;  // 0, 1, 2, ...
  Lease lease;
  std::vector<Note> notes;  // stored before the events
  std::shared_ptr<const NodeIndex> nodes;
  uint64_t ticks_max = 0;  // when it was drained: no stamp can be later
  Records records;
  std::vector<Run> runs;
  std::vector<ThreadStart> starts;
  std::vector<Gap> gaps;
  std::vector<Stamp> stamps;
  std::vector<BlockedTime> blocked;
  std::vector<EndedThread> ended;
  uint64_t dropped_without_ring = 0;
  bool wants_totals = false;  // store the totals behind it
  std::vector<SnapshotWish> snapshots;
};

// One block of events, all but its global sequence number.
struct EncodedBatch {
  uint64_t ticket = 0;
  Lease lease;
  std::vector<Note> notes;
  uint32_t count = 0;
  uint32_t continued = 0;  // records of `count` that go on with an event of an earlier record
  uint64_t first_ticks = 0;
  uint64_t last_ticks = 0;
  std::vector<Run> runs;
  std::vector<ThreadStart> starts;
  std::vector<Gap> gaps;
  std::vector<Stamp> stamps;
  std::vector<Column> columns;  // by node
  std::vector<trace::ColumnSummary> summaries;  // of the columns
  uint32_t index_bytes = 0;
  uint64_t data_bytes = 0;    // unpacked
  std::vector<uint8_t> data;  // packed
  std::vector<Frame> frames;  // of data
  std::vector<BlockedTime> blocked;
  std::vector<EndedThread> ended;
  uint64_t dropped_without_ring = 0;
  bool wants_totals = false;
  std::vector<SnapshotWish> snapshots;
};

}  // namespace scope::pipeline
