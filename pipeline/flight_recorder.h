// flight_recorder.h - a recording that keeps a window, and what makes a trace of it.
//
// Path:    recording -> THIS (watch, keep, snapshots) -> folders DIR.1, DIR.2, ...
// Threads: Tick(), See: the source's; operator(): the store's. One at a time in a process: it may
//          set a signal handler.
// Fails:   a snapshot that could not be written says so in its result.

#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/child.h"
#include "pipeline/snapshots.h"
#include "pipeline/source.h"
#include "pipeline/stages/keep.h"
#include "pipeline/watch.h"

namespace scope::pipeline {

// While it lives, the signal (0: none) asks for a snapshot, also before there is a recorder.
class SnapshotSignal {
 public:
  explicit SnapshotSignal(int signal);
  ~SnapshotSignal();
  SnapshotSignal(const SnapshotSignal&) = delete;
  SnapshotSignal& operator=(const SnapshotSignal&) = delete;

 private:
  const int signal_;
};

class FlightRecorder {
 public:
  FlightRecorder(const RecordOptions& options, int64_t started_ns, int64_t started_unix_ns);
  FlightRecorder(const FlightRecorder&) = delete;
  FlightRecorder& operator=(const FlightRecorder&) = delete;

  // The source asks for snapshots, and answers who asked.
  void Serve(Source& source);
  // Looks whether the signal came.
  void Tick(Source& source);
  void operator()(EncodedBatch& batch) { keep_(batch); }
  Accounts& accounts() { return keep_; }

  // The program has ended, or was left.
  std::vector<WrittenSnapshot> Finish(const Child& child, const Ending& ending);
  // Triggers that wrote nothing: too many, or too soon after another.
  uint64_t missed() const { return watch_.missed(); }

 private:
  const KeepOptions& options_;
  Snapshots snapshots_;
  Watch watch_;
  Keep keep_;
};

}  // namespace scope::pipeline
