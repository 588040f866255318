#include "pipeline/accounts.h"

namespace scope::pipeline {

trace::Thread& Accounts::totals(uint32_t thread) {
  if (totals_.size() <= thread) {
    totals_.resize(thread + size_t{1});
    is_changed_.resize(thread + size_t{1});
  }
  totals_[thread].number = thread;
  return totals_[thread];
}

void Accounts::Count(const EncodedBatch& batch, bool is_stored) {
  for (const Run& run : batch.runs) {
    trace::Thread& thread = totals(run.thread);
    thread.emitted += run.count;
    (is_stored ? thread.stored : thread.dropped) += run.count;
    MarkChanged(run.thread);
  }
  for (const Gap& gap : batch.gaps) {
    trace::Thread& thread = totals(gap.thread);
    thread.emitted += gap.count;
    MarkChanged(gap.thread);
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

void Accounts::MarkChanged(uint32_t thread) {
  if (is_changed_[thread]) return;
  is_changed_[thread] = true;
  changed_.push_back(thread);
}

}  // namespace scope::pipeline
