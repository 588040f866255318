#include "pipeline/quarantine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <cstdio>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace scope::pipeline {
namespace {

// Calls `visit(run, i, thread_seq)` for each record, i its place in the batch. Gaps lie between.
template <typename Visit>
void VisitRecords(const Batch& batch, const Visit& visit) {
  absl::flat_hash_map<uint32_t, uint64_t> next_seq;  // by thread
  for (const ThreadStart& start : batch.starts) next_seq[start.thread] = start.thread_seq;
  auto gap = batch.gaps.begin();
  size_t i = 0;
  for (const Run& run : batch.runs) {
    for (const size_t end = i + run.count; i < end; ++i) {
      for (; gap != batch.gaps.end() && gap->before <= i; ++gap) {
        next_seq[gap->thread] = gap->thread_seq + gap->count;
      }
      visit(run, i, next_seq[run.thread]++);
    }
  }
}

}  // namespace

absl::StatusOr<std::string> WriteQuarantine(const std::string& directory, const Batch& batch,
                                            const std::string& why) {
  const std::string path = absl::StrCat(directory, "/quarantine-", batch.ticket, ".txt");
  const int descriptor =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  FILE* const file = descriptor < 0 ? nullptr : fdopen(descriptor, "w");
  if (file == nullptr) {
    return absl::UnavailableError(absl::StrCat(path, ": ", strerror(errno)));
  }
  absl::FPrintF(file, "batch %d could not be encoded: %s\nthread thread_seq node flags value\n",
                batch.ticket, why);
  VisitRecords(batch, [&](const Run& run, size_t i, uint64_t thread_seq) {
    const scope_record& record = batch.records[i];
    absl::FPrintF(file, "%d %d %#x %#x %#x\n", run.thread, thread_seq,
                  record.head & SCOPE_HEAD_NODE, record.head & SCOPE_HEAD_FLAGS, record.value);
  });
  if (fclose(file) != 0) return absl::UnavailableError(absl::StrCat(path, ": ", strerror(errno)));
  return path;
}

void GiveUpRecords(Batch& batch) {
  std::vector<Gap> gaps;
  auto old = batch.gaps.begin();
  const auto take_old = [&](size_t event) {
    for (; old != batch.gaps.end() && old->before <= event; ++old) {
      gaps.push_back(*old);
      gaps.back().before = 0;
    }
  };
  VisitRecords(batch, [&](const Run& run, size_t i, uint64_t thread_seq) {
    take_old(i);
    if (!gaps.empty() && gaps.back().thread == run.thread &&
        gaps.back().reason == kScopeGapQuarantined &&
        gaps.back().thread_seq + gaps.back().count == thread_seq) {
      ++gaps.back().count;
      return;
    }
    gaps.push_back({.thread = run.thread,
                    .before = 0,
                    .thread_seq = thread_seq,
                    .count = 1,
                    .reason = kScopeGapQuarantined});
  });
  take_old(batch.records.size());
  batch.gaps = std::move(gaps);
  for (Stamp& stamp : batch.stamps) stamp.before = 0;
  batch.records.Shrink(0);
  batch.runs.clear();
}

}  // namespace scope::pipeline
