// store.h - puts blocks into the trace and keeps the accounts.
//
// Path:    EncodedBatch -> THIS -> trace_file
// Threads: one at a time.
// Memory:  what is known of a thread leaves when it has ended and is written.
// Fails:   the first write that fails is told once, and nothing more is stored; events that come
//          then are dropped and counted. What is stored stays readable.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "pipeline/accounts.h"
#include "pipeline/batches.h"
#include "pipeline/recording.h"
#include "pipeline/trace_file.h"

namespace scope::pipeline {

// How a trace ends.
struct Ending {
  int exit_code = 0;
  int64_t recorded_ns = 0;
  uint64_t dropped_without_ring = 0;
  bool running = false;  // the program goes on: there is no exit code
};

class Store : public Accounts {
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
  void Finish(const Ending& ending);

  bool failed() const { return failed_; }
  const std::string& failure() const { return failure_; }  // empty: all could be written
  bool limit_reached() const { return limit_reached_; }

 private:
  bool Put(const Note& block);
  void Summarise(const EncodedBatch& batch, uint64_t first_seq);
  void PutIndex();
  void PutTotals(bool is_final, const Ending& ending);
  void End(const EndedThread& ended);

  TraceFile& file_;
  const Options options_;
  uint32_t threads_known_ = 0;    // to readers of the file: those below
  uint64_t dropped_unknown_ = 0;  // by other threads
  uint64_t dropped_without_ring_ = 0;
  bool failed_ = false;
  std::string failure_;
  bool limit_reached_ = false;
  size_t warnings_ = 0;
  std::vector<trace::BlockSummary> summaries_;  // of blocks that are in no index yet
  size_t summary_columns_ = 0;
};

}  // namespace scope::pipeline
