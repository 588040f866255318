// store.h - puts blocks into the trace and keeps the accounts.
//
// Path:    EncodedBatch -> THIS -> trace_file
// Threads: one at a time.
// Memory:  what is known of a thread leaves when it has ended and is written.
// Fails:   the first write that fails is told once, and nothing more is stored; events that come
//          then are dropped and counted. What is stored stays readable.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
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
    // A sentence for the user.
    std::function<void(std::string)> warn;
  };

  Store(TraceFile& file, Options options) : file_(file), options_(std::move(options)) {}

  void operator()(const EncodedBatch& batch);

  // The last block: the recording ended as it should.
  void Finish(int exit_code, int64_t recorded_ns, uint64_t dropped_without_ring);

  // Of all threads; whole after Finish().
  const trace::Losses& losses() const { return losses_; }
  bool failed() const { return failed_; }
  const std::string& failure() const { return failure_; }  // empty: all could be written
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
  void End(const EndedThread& ended);

  TraceFile& file_;
  const Options options_;
  // A thread's counts, until it has ended and they are in the file.
  struct Row {
    trace::Thread counts;
    bool is_changed = false;  // since they were written
    bool has_ended = false;
  };
  Row& Changed(uint32_t thread);

  absl::flat_hash_map<uint32_t, Row> rows_;  // by thread
  std::vector<uint32_t> changed_;
  trace::Losses losses_;          // of threads that have ended
  uint32_t threads_known_ = 0;    // to readers of the file: those below
  uint64_t dropped_unknown_ = 0;  // by other threads
  uint64_t next_seq_ = 0;
  uint64_t continued_ = 0;  // records that are no event of their own
  uint64_t dropped_without_ring_ = 0;
  bool failed_ = false;
  std::string failure_;
  bool limit_reached_ = false;
  size_t warnings_ = 0;
  Counts counts_;
};

}  // namespace scope::pipeline
