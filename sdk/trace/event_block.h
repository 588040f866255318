// event_block.h - the events of one block, unpacked and checked.
//
// Path:    BlockFile payload -> THIS -> EventWalk
// Threads: one; buffers are kept from block to block.
// Fails:   DataLoss: the block contradicts itself or the tables before it.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "schema/trace_generated.h"
#include "scope/trace/reader.h"
#include "scope/wire/block.h"

namespace scope::trace {

class EventBlock {
 public:
  struct Column {
    uint32_t node = 0;
    uint32_t count = 0;
    const uint64_t* next = nullptr;    // its values in turn; null: not unpacked
    const uint8_t* is_part = nullptr;  // of wide values, a byte for each: see columns.h
  };

  EventBlock();
  ~EventBlock();
  EventBlock(const EventBlock&) = delete;
  EventBlock& operator=(const EventBlock&) = delete;

  // Unpacks the values of those nodes for which `wanted` is true; the payload must outlive the use.
  absl::Status Unpack(const std::vector<uint8_t>& payload, const std::deque<Node>& nodes,
                      size_t thread_count, const std::function<bool(uint32_t)>& wanted);

  // One node's events: their places in the block, ascending, and their values as its column has
  // them. What else is in the block is not unpacked, and not checked.
  struct Places {
    std::vector<uint32_t> events;
    const uint64_t* values = nullptr;
  };
  absl::Status UnpackOne(const std::vector<uint8_t>& payload, const std::deque<Node>& nodes,
                         size_t thread_count, uint32_t node, Places& places);

  const wire::Events& events() const { return *events_; }
  uint32_t count() const { return events_->count(); }
  // Wide values are one event each, whatever their number of records.
  uint64_t event_count() const { return events_->count() - events_->continued(); }
  uint64_t event_count_before() const { return events_->first_seq() - events_->continued_before(); }
  std::vector<Column>& columns() { return columns_; }
  // The column of event number `event`.
  template <bool kWide>
  uint32_t ColumnAt(uint32_t event) const {
    if (!kWide) return index_[event];
    return index_[2 * size_t{event}] | static_cast<uint32_t>(index_[2 * size_t{event} + 1]) << 8;
  }
  bool wide() const { return wide_; }

 private:
  struct Unpacker;

  struct Frame {
    uint64_t packed_begin = 0;
    uint64_t packed = 0;  // bytes
    uint64_t begin = 0;   // in data_
    uint64_t bytes = 0;
    bool is_unpacked = false;
  };

  absl::Status Begin(const std::vector<uint8_t>& payload, size_t thread_count);
  absl::Status CheckThreads(size_t thread_count) const;
  absl::Status FindFrames();
  absl::Status UnpackRange(uint64_t begin, uint64_t end);
  absl::Status CheckColumn(const wire::Column& column, size_t node_count, uint64_t used) const;
  absl::Status UnpackColumn(const wire::Column& column, const Node& node, uint64_t used,
                            Column& unpacked);
  absl::Status CheckIndex();
  template <bool kWide>
  bool FindPlaces(uint32_t column, std::vector<uint32_t>& places) const;
  absl::Status UnpackColumns(const std::deque<Node>& nodes,
                             const std::function<bool(uint32_t)>& wanted);

  std::unique_ptr<Unpacker> unpacker_;
  const wire::Events* events_ = nullptr;
  std::vector<uint8_t> data_;
  std::vector<Frame> frames_;
  const uint8_t* index_ = nullptr;
  bool wide_ = false;
  std::vector<Column> columns_;
  std::vector<uint64_t> values_;
  std::vector<uint8_t> is_part_;  // of values_
};

}  // namespace scope::trace
