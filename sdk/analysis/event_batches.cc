#include "sdk/analysis/event_batches.h"

#include <utility>

namespace scope::analysis {
namespace {

constexpr size_t kBatchEvents = size_t{1} << 15;
constexpr size_t kBatchesMax = 2;

}  // namespace

EventBatches::EventBatches(trace::TraceReader& reader)
    : thread_([this, &reader] { Read(reader); }) {}

EventBatches::~EventBatches() {
  {
    const std::lock_guard lock(mutex_);
    unwanted_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

absl::StatusOr<std::vector<TakenEvent>> EventBatches::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !full_.empty() || ended_; });
  if (full_.empty()) {
    if (!status_.ok()) return status_;
    return std::vector<TakenEvent>();
  }
  std::vector<TakenEvent> batch = std::move(full_.front());
  full_.pop_front();
  changed_.notify_all();
  return batch;
}

bool EventBatches::Give(std::vector<TakenEvent>& batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return full_.size() < kBatchesMax || unwanted_; });
  if (!batch.empty()) full_.push_back(std::exchange(batch, {}));
  changed_.notify_all();
  return !unwanted_;
}

void EventBatches::Read(trace::TraceReader& reader) {
  trace::Selection selection;
  selection.gaps = false;
  std::vector<TakenEvent> batch;
  absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
    batch.push_back({event.node, event.seq, event.call, event.bits, event.time_ns, event.thread,
                     std::string(event.bytes)});
    return batch.size() < kBatchEvents || Give(batch);
  });
  Give(batch);
  const std::lock_guard lock(mutex_);
  status_ = std::move(status);
  ended_ = true;
  changed_.notify_all();
}

}  // namespace scope::analysis
