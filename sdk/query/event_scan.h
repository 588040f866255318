// event_scan.h - a pass over a trace whose events are asked for, one after the other.
//
// Path:    TraceReader::ForEach() on a thread of its own -> batches -> THIS -> cursors
// Threads: one owner; the pass runs beside it, a few batches ahead.
// Fails:   the reader's status; Cancelled after an interrupt.

#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"
#include "sdk/query/source.h"
#include "sdk/query/table.h"

namespace scope::query {

// Of the value of an event, where that is a number.
struct ValueBound {
  Op op = Op::kEqual;
  long double limit = 0;  // has every 64-bit integer and every double
};

struct ScanRequest {
  uint64_t first_seq = 0;
  uint64_t last_seq = ~uint64_t{0};
  std::optional<NodeSet> nodes;  // nothing: all
  std::optional<uint32_t> thread;
  std::optional<uint64_t> call;  // its own events, not those of calls in it
  // From the entry of this call to its exit; nothing when no call begins there.
  std::optional<uint64_t> until_exit_of;
  // Events whose values are numbers that do not meet these are left out.
  std::vector<ValueBound> values;
  bool gaps = false;
  // Nothing else will be looked at than node, seq, bits and these of trace::HistoryColumns: what
  // one node has can then be read without the events of others. Nothing: whole events are wanted.
  std::optional<uint32_t> history;
};

class EventScan {
 public:
  EventScan(Source& source, ScanRequest request);
  ~EventScan();
  EventScan(const EventScan&) = delete;
  EventScan& operator=(const EventScan&) = delete;

  // Null: there are no more. Valid until the next call.
  absl::StatusOr<const trace::Event*> Next();

 private:
  struct Batch {
    std::vector<trace::Event> events;
    std::vector<char> bytes;  // of wide values, one after the other; stay put when it is moved
  };

  absl::Status Start();
  void Pass();
  absl::Status PassEvents();
  absl::Status PassHistory(uint32_t node);
  bool TakeSpan(uint32_t node, const trace::HistorySpan& span);
  bool Take(const trace::Event& event);
  bool MayMeet(const trace::Node& node, uint64_t bits) const;
  bool Push();

  Source& source_;
  ScanRequest request_;
  trace::TraceReader* reader_ = nullptr;
  NodeSet asked_;  // of the reader: those of the request, and what tells where a call ends
  bool at_once_ = false;
  bool call_seen_ = false;
  bool went_on_ = true;  // nobody has stopped the pass
  std::thread pass_;
  Batch filling_;
  size_t batch_events_ = 64;  // grows: a first row is wanted soon, a million in few turns

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  absl::Status status_;
  bool ended_ = false;
  bool stop_ = false;

  Batch current_;
  size_t at_ = 0;
};

}  // namespace scope::query
