// keep.h - keeps the newest blocks in memory in place of a trace: a flight recorder.
//
// Path:    EncodedBatch -> THIS -> Picture -> snapshots
// Threads: one at a time.
// Fails:   never. What it holds: the window, each binary's tables once, and about 200 bytes for
// each
//          thread that there ever was.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pipeline/accounts.h"
#include "pipeline/batches.h"
#include "pipeline/keep_options.h"
#include "pipeline/snapshots.h"

namespace scope::pipeline {

class Keep : public Accounts {
 public:
  // `started_ns`: of the recording, as MonotonicNs() said.
  Keep(const KeepOptions& options, int64_t started_ns, Snapshots& snapshots)
      : options_(options), started_ns_(started_ns), snapshots_(snapshots) {}

  void operator()(EncodedBatch& batch);

  // Writes a last snapshot.
  void Finish(SnapshotWish wish, Ending ending);
  // Nothing more comes: the losses are whole.
  void Close() { AddLiving(); }

 private:
  struct Kept {
    std::shared_ptr<const EncodedBatch> batch;
    uint64_t bytes = 0;
    int64_t arrived_ns = 0;
  };

  void Remember(Note note);
  void End(uint32_t thread);
  void Add(EncodedBatch& batch, int64_t now_ns);
  void Forget(int64_t now_ns);
  Picture Take(SnapshotWish wish, Ending ending) const;

  const KeepOptions& options_;
  const int64_t started_ns_;
  Snapshots& snapshots_;
  std::vector<std::shared_ptr<const Note>> notes_;
  std::shared_ptr<const Note> first_clock_;
  std::shared_ptr<const Note> last_clock_;
  std::shared_ptr<const Note> last_meters_;
  std::deque<Kept> window_;
  uint64_t bytes_ = 0;               // of the window
  std::vector<uint64_t> forgotten_;  // by thread: events that lie before the window
  absl::flat_hash_map<uint32_t, uint64_t> blocked_ns_;  // by thread
  uint64_t dropped_without_ring_ = 0;
};

}  // namespace scope::pipeline
