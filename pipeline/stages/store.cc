#include "pipeline/stages/store.h"

#include "absl/strings/str_cat.h"
#include "pipeline/notes.h"

namespace scope::pipeline {
namespace {

std::string Advice(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) {
    return absl::StrCat("recording stopped: ", status.message(),
                        "; the program goes on, and what was recorded can be read. Free some room, "
                        "record less (-F, -V), or give another folder (-d)");
  }
  return absl::StrCat("recording stopped: ", status.message(),
                      "; the program goes on, and what was recorded can be read. Look after that "
                      "disk, or give another folder (-d)");
}

}  // namespace

void Store::operator()(const EncodedBatch& batch) {
  bool is_stored = true;
  for (const Note& note : batch.notes) is_stored = Put(note) && is_stored;
  if (batch.count > 0 || !batch.gaps.empty()) {
    is_stored = is_stored && Put(EventsNote(batch, next_seq_, continued_));
    Count(batch, is_stored);
  }
  for (const BlockedTime& blocked : batch.blocked) {
    totals(blocked.thread).blocked_ns = blocked.blocked_ns;
    MarkChanged(blocked.thread);
  }
  dropped_without_ring_ = batch.dropped_without_ring;
  if (batch.wants_totals) PutTotals(false, 0, 0);
  ++counts_.batches;
  counts_.trace_bytes = file_.bytes();
  if (file_.bytes() >= options_.limit_bytes && !limit_reached_) {
    limit_reached_ = true;
    if (options_.stop) options_.stop("");
  }
}

void Store::Finish(int exit_code, int64_t recorded_ns, uint64_t dropped_without_ring) {
  dropped_without_ring_ = dropped_without_ring;
  failed_ = false;  // a small block may fit where a large one did not
  PutTotals(true, exit_code, recorded_ns);
  counts_.trace_bytes = file_.bytes();
}

trace::Thread& Store::totals(uint32_t thread) {
  if (totals_.size() <= thread) {
    totals_.resize(thread + size_t{1});
    is_changed_.resize(thread + size_t{1});
  }
  totals_[thread].number = thread;
  return totals_[thread];
}

bool Store::Put(const Note& block) {
  if (failed_) return false;
  const absl::Status status = file_.Append(block);
  if (status.ok()) return true;
  failed_ = true;
  if (options_.stop && block.kind != kScopeBlockTotals) options_.stop(Advice(status));
  return false;
}

void Store::PutTotals(bool is_final, int exit_code, int64_t recorded_ns) {
  TotalsFacts facts{.is_final = is_final,
                    .events = next_seq_,
                    .threads = {},
                    .dropped_without_ring = dropped_without_ring_,
                    .exit_code = exit_code,
                    .recorded_ns = static_cast<uint64_t>(recorded_ns),
                    .limit_reached = limit_reached_};
  for (const uint32_t thread : changed_) {
    facts.threads.push_back(totals_[thread]);
    is_changed_[thread] = false;
  }
  changed_.clear();
  Put(TotalsNote(facts));
}

// Every event that a thread emitted is counted exactly once.
void Store::Count(const EncodedBatch& batch, bool is_stored) {
  for (const Run& run : batch.runs) {
    trace::Thread& thread = totals(run.thread);
    thread.emitted += run.count;
    (is_stored ? thread.stored : thread.dropped) += run.count;
    MarkChanged(run.thread);
  }
  for (const Gap& gap : batch.gaps) {
    trace::Thread& thread = totals(gap.thread);
    thread.emitted += gap.count;
    (gap.reason == kScopeGapTorn ? thread.torn : thread.dropped) += gap.count;
    (gap.reason == kScopeGapTorn ? counts_.torn : counts_.dropped) += gap.count;
    MarkChanged(gap.thread);
  }
  if (is_stored) {
    next_seq_ += batch.count;
    continued_ += batch.continued;
    counts_.events = next_seq_ - continued_;
  } else {
    counts_.dropped += batch.count;
  }
}

void Store::MarkChanged(uint32_t thread) {
  if (is_changed_[thread]) return;
  is_changed_[thread] = true;
  changed_.push_back(thread);
}

}  // namespace scope::pipeline
