// store.h - puts blocks into the trace and keeps the accounts.
//
// Path:    EncodedBatch -> THIS -> trace_file
// Threads: one at a time.
// Fails:   the first write that fails is told once, and nothing more is stored; events that come
//          then are dropped and counted. What is stored stays readable.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/batches.h"
#include "pipeline/recording.h"
#include "pipeline/trace_file.h"

namespace scope::pipeline {

class Store {
 public:
  struct Options {
    uint64_t limit_bytes = ~uint64_t{0};
    // Called when capture must stop: the limit is reached (empty text), or the file cannot be
    // written (a sentence for the user). At most once each.
    std::function<void(const std::string& why)> stop;
  };

  Store(TraceFile& file, Options options) : file_(file), options_(std::move(options)) {}

  void operator()(const EncodedBatch& batch);

  // The last block: the recording ended as it should.
  void Finish(int exit_code, int64_t recorded_ns, uint64_t dropped_without_ring);

  // Adds what is known about a thread besides its counts.
  trace::Thread& totals(uint32_t thread);
  const std::vector<trace::Thread>& all_totals() const { return totals_; }
  bool failed() const { return failed_; }
  bool limit_reached() const { return limit_reached_; }

  // For a look from another thread.
  struct Counts {
    std::atomic<uint64_t> events{0};  // a wide value is one
    std::atomic<uint64_t> dropped{0};
    std::atomic<uint64_t> torn{0};
    std::atomic<uint64_t> trace_bytes{0};
    std::atomic<uint64_t> batches{0};
  };
  const Counts& counts() const { return counts_; }

 private:
  bool Put(const Note& block);
  void PutTotals(bool is_final, int exit_code, int64_t recorded_ns);
  void Count(const EncodedBatch& batch, bool is_stored);
  void MarkChanged(uint32_t thread);

  TraceFile& file_;
  const Options options_;
  std::vector<trace::Thread> totals_;
  std::vector<bool> is_changed_;
  std::vector<uint32_t> changed_;  // threads whose totals are not in the file
  uint64_t next_seq_ = 0;
  uint64_t continued_ = 0;  // records that are no event of their own
  uint64_t dropped_without_ring_ = 0;
  bool failed_ = false;
  bool limit_reached_ = false;
  Counts counts_;
};

}  // namespace scope::pipeline
