// scope/trace/history.h - one node's events in bulk, and summaries of them.
//
// Path:    TraceReader::History, Pyramid, Counts -> THIS -> queries, charts
// Threads: values; the arrays of a HistorySpan live until its visitor returns.
// Fails:   see TraceReader; what is damaged ends the trace there, as in ForEach.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "scope/event.h"

namespace scope::trace {

// Of Event::seq, both inclusive.
struct SeqRange {
  uint64_t first = 0;
  uint64_t last = ~uint64_t{0};
};

// What a history holds beside seq and bits. Each costs time: threads little, times mean that the
// stamps around are read, calls that every event is followed from the nearest known state.
enum HistoryColumns : uint32_t {
  kHistoryPlain = 0,
  kHistoryThreads = 1,
  kHistoryTimes = 2,
  kHistoryCalls = 4,
};

struct HistoryQuery {
  uint32_t node = 0;  // its number
  SeqRange range = {};
  uint32_t columns = kHistoryPlain;
};

// Some of a node's events, in order: `count` elements in each array, with the meaning that the
// fields of Event have. Arrays that were not asked for are null.
struct HistorySpan {
  size_t count = 0;
  const uint64_t* seq = nullptr;
  const uint64_t* bits = nullptr;  // of a wide value its first 8 bytes
  const uint32_t* thread = nullptr;
  const int64_t* time_ns = nullptr;
  const uint64_t* call = nullptr;
};

using HistoryVisit = std::function<bool(const HistorySpan&)>;

// Neighbouring events of a node. No event is in two buckets, none is left out, none is empty.
struct Bucket {
  uint64_t first_seq = 0;  // of its first event
  uint64_t last_seq = 0;
  int64_t first_time_ns = 0;
  int64_t last_time_ns = 0;
  uint64_t count = 0;
  uint64_t min = 0;  // bits, by the numeric order of the node's type (LessBits); a NaN is
  uint64_t max = 0;  // neither, unless there is nothing else
  uint64_t first = 0;
  uint64_t last = 0;
};

// The numeric order of two values of a type. Wide values are compared by their first 8 bytes.
bool LessBits(scope_value_type type, uint64_t a, uint64_t b);

// Takes the events of a node, or buckets of them, in order, into a bucket.
class BucketFiller {
 public:
  explicit BucketFiller(scope_value_type type) : type_(type) {}

  void Add(uint64_t seq, int64_t time_ns, uint64_t bits) {
    Add(Bucket{seq, seq, time_ns, time_ns, 1, bits, bits, bits, bits});
  }
  void Add(const Bucket& next);

  const Bucket& bucket() const { return bucket_; }
  // The bucket that was filled; the next one begins.
  Bucket Take();

 private:
  scope_value_type type_;
  Bucket bucket_;
};

}  // namespace scope::trace
