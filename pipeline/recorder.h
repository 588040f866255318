// recorder.h - one recording at work: its source, its stages, and what becomes of them.
//
// Path:    recording -> THIS (source, graph, store or flight_recorder) -> RecordResult
// Threads: one owner; stages run on those of the graph.
// Fails:   never; what went wrong is in the result.

#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "pipeline/attachment.h"
#include "pipeline/budget.h"
#include "pipeline/child.h"
#include "pipeline/flight_recorder.h"
#include "pipeline/recording.h"
#include "pipeline/selection.h"
#include "pipeline/session.h"
#include "pipeline/source.h"
#include "pipeline/stages/store.h"
#include "pipeline/trace_file.h"

namespace scope::pipeline {

// Warnings come from several threads.
class Warnings {
 public:
  void Add(std::string text) {
    const std::lock_guard<std::mutex> lock(mutex_);
    texts_.push_back(std::move(text));
  }
  std::vector<std::string> Take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::move(texts_);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
};

class Recorder {
 public:
  // `file`: null when a window is kept.
  Recorder(const RecordOptions& options, Session& session, TraceFile* file, Child& child,
           int64_t started_ns);

  RecordResult Run();
  // The program runs already: it is asked now, and looked after while it is recorded.
  absl::Status Ask(Attachment& attachment);
  // Why it did not join.
  const absl::Status& refusal() const { return refusal_; }
  void TakeOver(Drain::Known known) { source_.TakeOver(std::move(known)); }
  bool is_whole() const { return !store_->failed() && !store_->limit_reached(); }

 private:
  uint64_t LimitBytes() const;
  void Stop(const std::string& why);
  void Tick();
  void CountAll();
  void PutAside(const Batch& batch, const std::string& why);
  void LookAtAttachment();
  void Leave();
  void Put(EncodedBatch& batch);
  void Finish(RecordResult& result);
  void Fill(RecordResult& result);
  Accounts& accounts() { return store_.has_value() ? *store_ : flight_recorder_->accounts(); }

  const RecordOptions& options_;
  const int64_t started_ns_;
  const int64_t started_unix_ns_;
  const uint64_t started_cpu_ns_;
  Session& session_;
  Selection selection_;
  Child& child_;
  Warnings failures_;
  Warnings warnings_;
  Budget budget_;
  Source source_;
  std::optional<Store> store_;  // one of the two
  std::optional<FlightRecorder> flight_recorder_;
  Attachment* attachment_ = nullptr;
  absl::Status refusal_;
};

}  // namespace scope::pipeline
