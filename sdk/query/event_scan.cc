#include "sdk/query/event_scan.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace scope::query {
namespace {

constexpr size_t kBatchEventsMax = 4096;
constexpr size_t kBatchBytesMax = 1 << 20;
constexpr size_t kReadyMax = 4;
// So few are collected at once: a thread would cost more than they do.
constexpr uint64_t kAtOnceMax = 4096;

}  // namespace

EventScan::EventScan(Source& source, ScanRequest request)
    : source_(source), request_(std::move(request)) {
  // The events of a call lie behind its entry.
  if (request_.call) request_.until_exit_of = request_.call;
  if (request_.until_exit_of) {
    request_.first_seq = std::max(request_.first_seq, *request_.until_exit_of);
  }
}

EventScan::~EventScan() {
  if (pass_.joinable()) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    pass_.join();
  }
  if (reader_ != nullptr) source_.GiveBack(reader_);
}

absl::Status EventScan::Start() {
  const auto reader = source_.TakeReader();
  if (!reader.ok()) return reader.status();
  reader_ = *reader;
  if (request_.nodes && request_.until_exit_of) {
    asked_ = *request_.nodes;
    for (size_t i = 0; i < asked_.size(); ++i) {
      const scope_event_kind kind = source_.node(static_cast<uint32_t>(i)).kind;
      if (kind == kScopeEventEnter || kind == kScopeEventExit) asked_[i] = true;
    }
  }
  const bool nothing =
      request_.first_seq > request_.last_seq ||
      (request_.nodes &&
       std::find(request_.nodes->begin(), request_.nodes->end(), true) == request_.nodes->end() &&
       !request_.gaps);
  if (nothing) {
    ended_ = true;
  } else if (request_.last_seq - request_.first_seq < kAtOnceMax) {
    at_once_ = true;
    Pass();
  } else {
    pass_ = std::thread([this] { Pass(); });
  }
  return absl::OkStatus();
}

void EventScan::Pass() {
  std::optional<uint32_t> only;
  if (request_.history && request_.nodes && !request_.until_exit_of && !request_.gaps &&
      std::count(request_.nodes->begin(), request_.nodes->end(), true) == 1) {
    const auto place = std::find(request_.nodes->begin(), request_.nodes->end(), true);
    only = static_cast<uint32_t>(place - request_.nodes->begin());
  }
  const bool is_wide = only && SCOPE_IS_WIDE(source_.node(*only).value_type);
  absl::Status status = only && !is_wide ? PassHistory(*only) : PassEvents();
  if (went_on_ && !filling_.events.empty()) Push();
  if (status.ok() && source_.interrupted) status = absl::CancelledError("interrupted");
  const std::lock_guard<std::mutex> lock(mutex_);
  status_ = std::move(status);
  ended_ = true;
  changed_.notify_all();
}

absl::Status EventScan::PassEvents() {
  trace::Selection selection;
  selection.first_seq = request_.first_seq;
  selection.last_seq = request_.last_seq;
  selection.gaps = request_.gaps;
  if (request_.nodes) selection.nodes = asked_.empty() ? &*request_.nodes : &asked_;
  std::vector<bool> threads;
  if (request_.thread) {
    threads.resize(source_.trace().threads().size());
    if (*request_.thread < threads.size()) threads[*request_.thread] = true;
    selection.threads = &threads;
  }
  return reader_->ForEach(selection, [&](const trace::Event& event) { return Take(event); });
}

absl::Status EventScan::PassHistory(uint32_t node) {
  trace::HistoryQuery query;
  query.node = node;
  query.range = {request_.first_seq, request_.last_seq};
  query.columns = *request_.history | (request_.thread ? trace::kHistoryThreads : 0);
  return reader_->History(query,
                          [&](const trace::HistorySpan& span) { return TakeSpan(node, span); });
}

bool EventScan::TakeSpan(uint32_t node, const trace::HistorySpan& span) {
  source_.events_read.fetch_add(span.count, std::memory_order_relaxed);
  if (source_.interrupted.load(std::memory_order_relaxed)) return went_on_ = false;
  const trace::Node& of = source_.node(node);
  for (size_t i = 0; i < span.count; ++i) {
    if (request_.thread && span.thread[i] != *request_.thread) continue;
    if (!request_.values.empty() && !MayMeet(of, span.bits[i])) continue;
    trace::Event& event = filling_.events.emplace_back();
    event.seq = span.seq[i];
    event.node = &of;
    event.bits = span.bits[i];
    if (span.thread != nullptr) event.thread = span.thread[i];
    if (span.time_ns != nullptr) event.time_ns = span.time_ns[i];
    if (span.call != nullptr) event.call = span.call[i];
    if (filling_.events.size() < batch_events_) continue;
    if (!(went_on_ = Push())) return false;
  }
  return true;
}

// False: it is a number that does not meet the bounds.
bool EventScan::MayMeet(const trace::Node& node, uint64_t bits) const {
  long double number = 0;
  switch (node.value_type) {
    case kScopeValueBool:
    case kScopeValueI8:
    case kScopeValueI16:
    case kScopeValueI32:
    case kScopeValueI64:
      number = static_cast<long double>(static_cast<int64_t>(bits));
      break;
    case kScopeValueU8:
    case kScopeValueU16:
    case kScopeValueU32:
    case kScopeValueU64:
    case kScopeValuePointer:
      // As SQLite gets it.
      number = bits > INT64_MAX ? static_cast<double>(bits) : static_cast<long double>(bits);
      break;
    case kScopeValueF32:
    case kScopeValueF64:
      number = std::bit_cast<double>(bits);
      break;
    default:
      return true;
  }
  if (node.type != nullptr && node.type->kind == trace::TypeKind::kChar) return true;
  return std::all_of(request_.values.begin(), request_.values.end(), [&](const ValueBound& bound) {
    switch (bound.op) {
      case Op::kEqual:
        return number == bound.limit;
      case Op::kGreater:
        return number > bound.limit;
      case Op::kAtLeast:
        return number >= bound.limit;
      case Op::kLess:
        return number < bound.limit;
      case Op::kAtMost:
        return number <= bound.limit;
    }
    return true;
  });
}

bool EventScan::Take(const trace::Event& event) {
  if (source_.interrupted.load(std::memory_order_relaxed)) return went_on_ = false;
  bool wanted = true;
  bool last = false;
  if (event.node != nullptr) {
    source_.events_read.fetch_add(1, std::memory_order_relaxed);
    const trace::Node& node = *event.node;
    // The trace may grow: nodes that came since are not in the catalog.
    if (node.number >= source_.trace().nodes().size()) return true;
    if (request_.nodes && !(*request_.nodes)[node.number]) wanted = false;
    if (request_.call && event.call != *request_.call) wanted = false;
    if (wanted && !request_.values.empty()) wanted = MayMeet(node, event.bits);
    if (request_.until_exit_of) {
      const uint64_t call = *request_.until_exit_of;
      if (!call_seen_ && request_.first_seq == call && event.call != call) return false;
      call_seen_ = true;
      last = event.call == call && node.kind == kScopeEventExit;
    }
  } else if (request_.call) {
    return true;
  }
  if (wanted) {
    filling_.events.push_back(event);
    filling_.bytes.insert(filling_.bytes.end(), event.bytes.begin(), event.bytes.end());
  }
  if (last) return false;
  if (filling_.events.size() < batch_events_ && filling_.bytes.size() < kBatchBytesMax) return true;
  return went_on_ = Push();
}

bool EventScan::Push() {
  const char* bytes = filling_.bytes.data();
  for (trace::Event& event : filling_.events) {
    const size_t length = event.bytes.size();
    event.bytes = absl::string_view(bytes, length);
    bytes += length;
    event.abandoned = nullptr;
    event.abandoned_count = 0;
  }
  batch_events_ = std::min(batch_events_ * 4, kBatchEventsMax);
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return at_once_ || stop_ || ready_.size() < kReadyMax; });
  if (stop_) return false;
  ready_.push_back(std::exchange(filling_, {}));
  changed_.notify_all();
  return true;
}

absl::StatusOr<const trace::Event*> EventScan::Next() {
  if (reader_ == nullptr) {
    if (absl::Status status = Start(); !status.ok()) return status;
  }
  while (at_ == current_.events.size()) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !ready_.empty(); });
    if (ready_.empty()) {
      if (!status_.ok()) return status_;
      return nullptr;
    }
    current_ = std::move(ready_.front());
    ready_.pop_front();
    at_ = 0;
    changed_.notify_all();
  }
  return &current_.events[at_++];
}

}  // namespace scope::query
