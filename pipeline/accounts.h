// accounts.h - counts every event that a thread emitted exactly once.
//
// Path:    EncodedBatch -> THIS, base of store and keep -> totals
// Threads: one at a time; counts() also for a look from another thread.

#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pipeline/batches.h"
#include "scope/trace/losses.h"

namespace scope::pipeline {

class Accounts {
 public:
  // For a look from another thread.
  struct Counts {
    std::atomic<uint64_t> events{0};  // a wide value is one
    std::atomic<uint64_t> dropped{0};
    std::atomic<uint64_t> torn{0};
    std::atomic<uint64_t> trace_bytes{0};
    std::atomic<uint64_t> batches{0};
  };
  const Counts& counts() const { return counts_; }

  // Of all threads; whole at the end.
  const trace::Losses& losses() const { return losses_; }

 protected:
  // A thread's counts, until it has ended and they are not needed any more.
  struct Row {
    trace::Thread counts;
    bool is_changed = false;  // since they were written
    bool has_ended = false;
  };

  void Count(const EncodedBatch& batch, bool is_stored);
  Row& Changed(uint32_t thread);
  // Adds the threads that have not ended to the losses.
  void AddLiving();

  absl::flat_hash_map<uint32_t, Row> rows_;  // by thread
  std::vector<uint32_t> changed_;
  trace::Losses losses_;  // of threads that have ended
  uint64_t next_seq_ = 0;
  uint64_t continued_ = 0;  // records that are no event of their own
  Counts counts_;
};

}  // namespace scope::pipeline
