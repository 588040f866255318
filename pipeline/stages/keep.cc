#include "pipeline/stages/keep.h"

#include <utility>

#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

template <typename T>
uint64_t Bytes(const std::vector<T>& items) {
  return items.capacity() * sizeof(T);
}

uint64_t BytesOf(const EncodedBatch& batch) {
  return sizeof(batch) + Bytes(batch.data) + Bytes(batch.runs) + Bytes(batch.starts) +
         Bytes(batch.gaps) + Bytes(batch.stamps) + Bytes(batch.columns) + Bytes(batch.summaries) +
         Bytes(batch.frames);
}

// Calls visit(thread, count) for all that the batch accounts for.
template <typename Visit>
void ForEachCount(const EncodedBatch& batch, const Visit& visit) {
  for (const Run& run : batch.runs) visit(run.thread, uint64_t{run.count});
  for (const Gap& gap : batch.gaps) visit(gap.thread, gap.count);
}

}  // namespace

void Keep::operator()(EncodedBatch& batch) {
  const int64_t now_ns = MonotonicNs();
  Count(batch, true);
  for (const EndedThread& ended : batch.ended) End(ended.thread);
  changed_.clear();
  for (Note& note : batch.notes) Remember(std::move(note));
  for (const BlockedTime& blocked : batch.blocked) {
    blocked_ns_[blocked.thread] = blocked.blocked_ns;
  }
  dropped_without_ring_ = batch.dropped_without_ring;
  const std::vector<SnapshotWish> wishes = std::exchange(batch.snapshots, {});
  if (batch.count > 0 || !batch.gaps.empty()) Add(batch, now_ns);
  Forget(now_ns);
  for (const SnapshotWish& wish : wishes) {
    snapshots_.Write(Take(wish, {.recorded_ns = now_ns - started_ns_,
                                 .dropped_without_ring = dropped_without_ring_,
                                 .running = true}));
  }
  ++counts_.batches;
}

// What it emitted stays known: of the window by its blocks, before it by forgotten_.
void Keep::End(uint32_t thread) {
  losses_.Add(Changed(thread).counts);
  rows_.erase(thread);
}

void Keep::Finish(SnapshotWish wish, Ending ending) {
  snapshots_.Write(Take(std::move(wish), ending));
}

// A trace has a session of its own; of the clock, the first and the last reading give the rate.
// What was sampled, the last note says whole.
void Keep::Remember(Note note) {
  const scope_block_kind kind = note.kind;
  if (kind == kScopeBlockSession) return;
  auto kept = std::make_shared<const Note>(std::move(note));
  if (kind == kScopeBlockMeters) {
    last_meters_ = std::move(kept);
  } else if (kind != kScopeBlockClock) {
    notes_.push_back(std::move(kept));
  } else if (first_clock_ == nullptr) {
    first_clock_ = std::move(kept);
  } else {
    last_clock_ = std::move(kept);
  }
}

void Keep::Add(EncodedBatch& batch, int64_t now_ns) {
  auto kept = std::make_shared<EncodedBatch>(std::move(batch));
  kept->notes = {};
  kept->blocked = {};
  kept->ended = {};
  kept->wants_totals = false;
  kept->data.shrink_to_fit();
  const uint64_t bytes = BytesOf(*kept);
  bytes_ += bytes;
  window_.push_back({.batch = std::move(kept), .bytes = bytes, .arrived_ns = now_ns});
}

void Keep::Forget(int64_t now_ns) {
  const auto is_old = [&](const Kept& kept) {
    return bytes_ > options_.bytes || (options_.ns != 0 && now_ns - kept.arrived_ns > options_.ns);
  };
  while (!window_.empty() && is_old(window_.front())) {
    ForEachCount(*window_.front().batch, [&](uint32_t thread, uint64_t count) {
      if (forgotten_.size() <= thread) forgotten_.resize(thread + size_t{1});
      forgotten_[thread] += count;
    });
    bytes_ -= window_.front().bytes;
    window_.pop_front();
  }
}

Picture Keep::Take(SnapshotWish wish, Ending ending) const {
  Picture picture{.wish = std::move(wish),
                  .notes = {},
                  .batches = {},
                  .not_kept = {},
                  .blocked = {},
                  .ending = ending};
  if (first_clock_ != nullptr) picture.notes.push_back(first_clock_);
  picture.notes.insert(picture.notes.end(), notes_.begin(), notes_.end());
  if (last_clock_ != nullptr) picture.notes.push_back(last_clock_);
  if (last_meters_ != nullptr) picture.notes.push_back(last_meters_);
  for (const Kept& kept : window_) picture.batches.push_back(kept.batch);
  for (uint32_t thread = 0; thread < forgotten_.size(); ++thread) {
    if (forgotten_[thread] == 0) continue;
    picture.not_kept.push_back({.thread = thread,
                                .before = 0,
                                .thread_seq = 0,
                                .count = forgotten_[thread],
                                .reason = kScopeGapNotKept});
  }
  for (const auto& [thread, blocked_ns] : blocked_ns_) {
    picture.blocked.push_back({.thread = thread, .blocked_ns = blocked_ns});
  }
  return picture;
}

}  // namespace scope::pipeline
