// accounts.h - counts every event that a thread emitted exactly once.
//
// Path:    EncodedBatch -> THIS, base of store and keep -> totals
// Threads: one at a time; counts() also for a look from another thread.

#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "pipeline/batches.h"
#include "scope/trace/reader.h"

namespace scope::pipeline {

class Accounts {
 public:
  struct Counts {
    std::atomic<uint64_t> events{0};  // a wide value is one
    std::atomic<uint64_t> dropped{0};
    std::atomic<uint64_t> torn{0};
    std::atomic<uint64_t> trace_bytes{0};
    std::atomic<uint64_t> batches{0};
  };
  const Counts& counts() const { return counts_; }

  // What is known about a thread; the rest may be added.
  trace::Thread& totals(uint32_t thread);
  const std::vector<trace::Thread>& all_totals() const { return totals_; }

 protected:
  void Count(const EncodedBatch& batch, bool is_stored);
  void MarkChanged(uint32_t thread);

  std::vector<trace::Thread> totals_;
  std::vector<bool> is_changed_;
  std::vector<uint32_t> changed_;  // threads whose totals are not in the file
  uint64_t next_seq_ = 0;
  uint64_t continued_ = 0;  // records that are no event of their own
  Counts counts_;
};

}  // namespace scope::pipeline
