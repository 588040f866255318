#include "sdk/ring_buffer/event_stream.h"

#include <algorithm>

#include "pipeline/shared.h"
#include "scope/wire/block.h"

namespace scope {
namespace {

constexpr uint64_t kEventsAtOnce = 4096;

}  // namespace

size_t EventStream::Read(uint64_t position, size_t count, RawRingBuffer::Each each, void* context) {
  size_t given = 0;
  while (given < count) {
    // No more than can be given away: what is read is no longer in the ring. Before `position` one
    // at a time, because the next one there is may lie behind it.
    const bool skips = each != nullptr && position > this->position();
    const uint64_t events = each == nullptr ? kEventsAtOnce : skips ? 1 : count - given;
    const uint64_t wanted = std::min(events, kEventsAtOnce) * pieces_ - seq_ % pieces_;
    pipeline::Stream stream;
    // Without ticks: nobody asks when.
    reader_.Read(wanted, {.ticks = 0, .now_ns = pipeline::MonotonicNs()}, stream);
    const uint64_t seq_before = seq_;
    auto mark = stream.marks.begin();
    for (size_t i = 0; i <= stream.records.size(); ++i) {
      for (; mark != stream.marks.end() && mark->thread_seq <= seq_; ++mark) Miss(*mark);
      if (i < stream.records.size())
        given += Take(position, stream.records[i].value, each, context);
    }
    if (seq_ == seq_before) break;
  }
  return given;
}

size_t EventStream::Take(uint64_t position, uint64_t value, RawRingBuffer::Each each,
                         void* context) {
  const uint64_t piece = seq_ % pieces_;
  const uint64_t number = seq_ / pieces_;
  ++seq_;
  if (piece == 0) whole_ = true;
  event_[piece] = value;
  if (piece + 1 < pieces_) return 0;
  if (!whole_) {
    ++torn_;
    return 0;
  }
  ++consumed_;
  if (each == nullptr || number < position) return 0;
  each(context, number, event_);
  return 1;
}

void EventStream::Miss(const pipeline::Mark& mark) {
  if (mark.missing == 0) return;
  const uint64_t last = seq_ + mark.missing - 1;
  if (mark.reason == kScopeGapTorn) {
    // Events that end with a piece that is missing here; of the last, Take() may see the end.
    torn_ += (last + 1) / pieces_ - seq_ / pieces_;
  }
  seq_ = last + 1;
  whole_ = false;
}

}  // namespace scope
