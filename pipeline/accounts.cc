#include "pipeline/accounts.h"

namespace scope::pipeline {

void Accounts::Count(const EncodedBatch& batch, bool is_stored) {
  for (const Run& run : batch.runs) {
    trace::Thread& thread = Changed(run.thread).counts;
    thread.emitted += run.count;
    (is_stored ? thread.stored : thread.dropped) += run.count;
  }
  for (const Gap& gap : batch.gaps) {
    trace::Thread& thread = Changed(gap.thread).counts;
    thread.emitted += gap.count;
    if (gap.reason == kScopeGapNotKept) {
      thread.not_kept += gap.count;
      continue;
    }
    (gap.reason == kScopeGapTorn ? thread.torn : thread.dropped) += gap.count;
    (gap.reason == kScopeGapTorn ? counts_.torn : counts_.dropped) += gap.count;
  }
  if (is_stored) {
    next_seq_ += batch.count;
    continued_ += batch.continued;
    counts_.events = next_seq_ - continued_;
  } else {
    counts_.dropped += batch.count;
  }
}

Accounts::Row& Accounts::Changed(uint32_t thread) {
  Row& row = rows_[thread];
  row.counts.number = thread;
  if (!row.is_changed) changed_.push_back(thread);
  row.is_changed = true;
  return row;
}

void Accounts::AddLiving() {
  for (const auto& [thread, row] : rows_) {
    if (!row.has_ended) losses_.Add(row.counts);
  }
}

}  // namespace scope::pipeline
