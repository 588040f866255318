#include "pipeline/stages/store.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "pipeline/notes.h"

namespace scope::pipeline {
namespace {

// Threads that end are written before there are more.
constexpr size_t kChangedMax = 1024;
constexpr size_t kWarningsMax = 20;
// A reader has to look into the blocks that no index tells it about: there are not many. Nor does
// an index take much memory, or grow too large for a block.
constexpr size_t kSummariesMax = 64;
constexpr size_t kSummaryColumnsMax = 32768;

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
    const uint64_t first_seq = next_seq_;
    is_stored = is_stored && Put(EventsNote(batch, first_seq, continued_));
    Count(batch, is_stored);
    if (is_stored) Summarise(batch, first_seq);
  }
  for (const BlockedTime& blocked : batch.blocked) {
    Changed(blocked.thread).counts.blocked_ns = blocked.blocked_ns;
  }
  for (const EndedThread& ended : batch.ended) End(ended);
  dropped_without_ring_ = batch.dropped_without_ring;
  if (batch.wants_totals || changed_.size() > kChangedMax) PutTotals(false, {});
  ++counts_.batches;
  counts_.trace_bytes = file_.bytes();
  if (file_.bytes() >= options_.limit_bytes && !limit_reached_) {
    limit_reached_ = true;
    if (options_.stop) options_.stop("");
  }
}

// For the next index. The block has just been written.
void Store::Summarise(const EncodedBatch& batch, uint64_t first_seq) {
  trace::BlockSummary& block = summaries_.emplace_back();
  block.sequence = file_.next_sequence() - 1;
  block.first_seq = first_seq;
  block.count = batch.count;
  block.has_gaps = !batch.gaps.empty();
  block.first_ticks = batch.first_ticks;
  block.columns = batch.summaries;
  for (const Run& run : batch.runs) {
    if (block.threads.empty() || block.threads.back().number != run.thread) {
      block.threads.push_back({run.thread, 0});
    }
    block.threads.back().count += run.count;
  }
  std::sort(block.threads.begin(), block.threads.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  size_t kept = 0;
  for (const trace::BlockSummary::Thread& thread : block.threads) {
    if (kept > 0 && block.threads[kept - 1].number == thread.number) {
      block.threads[kept - 1].count += thread.count;
    } else {
      block.threads[kept++] = thread;
    }
  }
  block.threads.resize(kept);
  summary_columns_ += block.columns.size();
  if (summaries_.size() >= kSummariesMax || summary_columns_ >= kSummaryColumnsMax) PutIndex();
}

void Store::PutIndex() {
  if (!summaries_.empty()) Put(IndexNote(summaries_));
  summaries_.clear();
  summary_columns_ = 0;
}

void Store::Finish(const Ending& ending) {
  PutIndex();
  dropped_without_ring_ = ending.dropped_without_ring;
  AddLiving();
  failed_ = false;  // a small block may fit where a large one did not
  PutTotals(true, ending);
  counts_.trace_bytes = file_.bytes();
}

bool Store::Put(const Note& block) {
  if (failed_) return false;
  const absl::Status status = file_.Append(block);
  if (status.ok()) {
    threads_known_ += block.kind == kScopeBlockThread ? 1 : 0;
    return true;
  }
  failed_ = true;
  failure_ = std::string(status.message());
  if (options_.stop && block.kind != kScopeBlockTotals) options_.stop(Advice(status));
  return false;
}

void Store::PutTotals(bool is_final, const Ending& ending) {
  if (failed_) return;
  TotalsFacts facts{.is_final = is_final,
                    .events = next_seq_,
                    .threads = {},
                    .dropped_without_ring = dropped_without_ring_ + dropped_unknown_,
                    .exit_code = ending.exit_code,
                    .recorded_ns = static_cast<uint64_t>(ending.recorded_ns),
                    .limit_reached = limit_reached_,
                    .running = ending.running,
                    .failure = failure_};
  for (const uint32_t thread : changed_) {
    const trace::Thread& counts = rows_[thread].counts;
    if (thread < threads_known_) {
      facts.threads.push_back(counts);
    } else {
      facts.dropped_without_ring += counts.emitted;
    }
  }
  if (!Put(TotalsNote(facts))) return;
  for (const uint32_t thread : changed_) {
    Row& row = rows_[thread];
    row.is_changed = false;
    if (row.has_ended) rows_.erase(thread);
  }
  changed_.clear();
}

// Nothing more will come of it. Of a thread that is not in the file nobody asks later.
void Store::End(const EndedThread& ended) {
  Row& row = Changed(ended.thread);
  row.has_ended = true;
  losses_.Add(row.counts);
  if (row.counts.emitted != ended.emitted && warnings_++ < kWarningsMax && options_.warn) {
    options_.warn(absl::StrCat("thread ", ended.tid, " of process ", ended.pid, " reported ",
                               ended.emitted, " events, but ", row.counts.emitted,
                               " are accounted for"));
  }
  if (ended.thread < threads_known_) return;
  dropped_unknown_ += row.counts.emitted;
  rows_.erase(ended.thread);
  changed_.erase(std::find(changed_.begin(), changed_.end(), ended.thread));
}

}  // namespace scope::pipeline
