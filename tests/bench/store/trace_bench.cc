// What questions to a recorded trace cost: open, history, pyramid, counts, a window.
//
// usage: scope_bench_trace TRACE VARIABLE     a variable of which the history is asked
//
// Each question is asked three times of a reader that has just opened the trace; the best is shown,
// and the peak memory of the whole process so far.

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>

#include "scope/trace/reader.h"

namespace {

using scope::trace::TraceReader;

double NowMs(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

long PeakMiB() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

// `ask` returns how many events the answer is about.
void Ask(const char* directory, const char* what,
         const std::function<uint64_t(TraceReader&)>& ask) {
  double best = 1e30;
  double best_cpu = 1e30;
  uint64_t about = 0;
  for (int round = 0; round < 3; ++round) {
    const auto reader = TraceReader::Open(directory);
    if (!reader.ok()) {
      std::printf("%s\n", reader.status().ToString().c_str());
      return;
    }
    const double before = NowMs(CLOCK_MONOTONIC);
    const double cpu_before = NowMs(CLOCK_PROCESS_CPUTIME_ID);
    about = ask(**reader);
    best = std::min(best, NowMs(CLOCK_MONOTONIC) - before);
    best_cpu = std::min(best_cpu, NowMs(CLOCK_PROCESS_CPUTIME_ID) - cpu_before);
  }
  std::printf("%-34s %9.2f ms (cpu %8.2f)  about %9llu events, peak %ld MiB\n", what, best,
              best_cpu, static_cast<unsigned long long>(about), PeakMiB());
}

uint64_t History(TraceReader& reader, uint32_t node, uint32_t columns) {
  uint64_t count = 0;
  uint64_t sum = 0;
  const absl::Status status = reader.History({.node = node, .range = {}, .columns = columns},
                                             [&](const scope::trace::HistorySpan& span) {
                                               count += span.count;
                                               for (size_t i = 0; i < span.count; ++i) {
                                                 sum += span.bits[i] ^ span.seq[i];
                                               }
                                               return true;
                                             });
  return status.ok() && sum != 1 ? count : 0;
}

uint64_t Pyramid(TraceReader& reader, uint32_t node, size_t buckets) {
  const auto result = reader.Pyramid(node, buckets, {});
  uint64_t count = 0;
  if (!result.ok()) return 0;
  for (const scope::trace::Bucket& bucket : *result) count += bucket.count;
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const char* const directory = argv[1];
  double best = 1e30;
  double best_cpu = 1e30;
  std::unique_ptr<TraceReader> reader;
  for (int round = 0; round < 3; ++round) {
    const double before = NowMs(CLOCK_MONOTONIC);
    const double cpu_before = NowMs(CLOCK_PROCESS_CPUTIME_ID);
    auto opened = TraceReader::Open(directory);
    best = std::min(best, NowMs(CLOCK_MONOTONIC) - before);
    best_cpu = std::min(best_cpu, NowMs(CLOCK_PROCESS_CPUTIME_ID) - cpu_before);
    if (!opened.ok()) {
      std::printf("%s\n", opened.status().ToString().c_str());
      return 1;
    }
    reader = *std::move(opened);
  }
  const uint64_t events = reader->info().event_count;
  std::printf("%llu events in %llu blocks, %.3f bytes an event\n",
              static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(reader->info().block_count),
              static_cast<double>(reader->info().file_bytes) / static_cast<double>(events));
  std::printf("%-34s %9.2f ms (cpu %8.2f)  peak %ld MiB\n", "open", best, best_cpu, PeakMiB());
  uint32_t node = 0;
  uint64_t most = 0;
  const auto counts = reader->Counts();
  for (const scope::trace::Node& candidate : reader->nodes()) {
    if (candidate.name != argv[2] || (*counts)[candidate.number] < most) continue;
    node = candidate.number;
    most = (*counts)[candidate.number];
  }
  reader.reset();
  Ask(directory, "counts of all nodes", [](TraceReader& r) {
    uint64_t sum = 0;
    const auto all = r.Counts();
    for (const uint64_t count : *all) sum += count;
    return sum;
  });
  Ask(directory, "pyramid, 1000 buckets", [&](TraceReader& r) { return Pyramid(r, node, 1000); });
  Ask(directory, "pyramid, 100 buckets", [&](TraceReader& r) { return Pyramid(r, node, 100); });
  Ask(directory, "history: seq, value",
      [&](TraceReader& r) { return History(r, node, scope::trace::kHistoryPlain); });
  Ask(directory, "history: seq, value, thread",
      [&](TraceReader& r) { return History(r, node, scope::trace::kHistoryThreads); });
  Ask(directory, "history: seq, value, time",
      [&](TraceReader& r) { return History(r, node, scope::trace::kHistoryTimes); });
  Ask(directory, "history: seq, value, call",
      [&](TraceReader& r) { return History(r, node, scope::trace::kHistoryCalls); });
  Ask(directory, "100 events in the middle", [&](TraceReader& r) {
    scope::trace::Selection selection;
    selection.first_seq = events / 2;
    selection.last_seq = events / 2 + 99;
    uint64_t count = 0;
    const absl::Status status = r.ForEach(selection, [&](const scope::trace::Event&) {
      ++count;
      return true;
    });
    return status.ok() ? count : 0;
  });
}
