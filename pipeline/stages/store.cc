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
  if (batch.wants_totals) PutTotals(false, {});
  ++counts_.batches;
  counts_.trace_bytes = file_.bytes();
  if (file_.bytes() >= options_.limit_bytes && !limit_reached_) {
    limit_reached_ = true;
    if (options_.stop) options_.stop("");
  }
}

void Store::Finish(const Ending& ending) {
  dropped_without_ring_ = ending.dropped_without_ring;
  failed_ = false;  // a small block may fit where a large one did not
  PutTotals(true, ending);
  counts_.trace_bytes = file_.bytes();
}

bool Store::Put(const Note& block) {
  if (failed_) return false;
  const absl::Status status = file_.Append(block);
  if (status.ok()) return true;
  failed_ = true;
  failure_.Update(status);
  if (options_.stop && block.kind != kScopeBlockTotals) options_.stop(Advice(status));
  return false;
}

void Store::PutTotals(bool is_final, const Ending& ending) {
  TotalsFacts facts{.is_final = is_final,
                    .events = next_seq_,
                    .threads = {},
                    .dropped_without_ring = dropped_without_ring_,
                    .exit_code = ending.exit_code,
                    .recorded_ns = static_cast<uint64_t>(ending.recorded_ns),
                    .limit_reached = limit_reached_,
                    .running = ending.running};
  for (const uint32_t thread : changed_) {
    facts.threads.push_back(totals_[thread]);
    is_changed_[thread] = false;
  }
  changed_.clear();
  Put(TotalsNote(facts));
}

}  // namespace scope::pipeline
