// event_batches.h - the events of a trace, taken when they are wanted.
//
// Path:    TraceReader::ForEach in a thread of its own -> THIS -> who goes through two traces at
// once Threads: one owner; the reader is not to be used otherwise while this lives, but for its
// tables. Fails:   Next() returns the reader's absl::Status.

#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"

namespace scope::analysis {

struct TakenEvent {
  const trace::Node* node;
  uint64_t seq;
  uint64_t call;
  uint64_t bits;
  int64_t time_ns;
  uint32_t thread;
  std::string bytes;
};

class EventBatches {
 public:
  explicit EventBatches(trace::TraceReader& reader);
  ~EventBatches();
  EventBatches(const EventBatches&) = delete;
  EventBatches& operator=(const EventBatches&) = delete;

  // At most 2^15 events, in order; none: there are no more.
  absl::StatusOr<std::vector<TakenEvent>> Next();

 private:
  void Read(trace::TraceReader& reader);
  bool Give(std::vector<TakenEvent>& batch);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<TakenEvent>> full_;
  absl::Status status_;
  bool ended_ = false;
  bool unwanted_ = false;
  std::thread thread_;
};

}  // namespace scope::analysis
