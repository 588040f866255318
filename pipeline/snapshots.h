// snapshots.h - writes what was kept as a trace of its own, while the recording goes on.
//
// Path:    keep -> Picture -> THIS -> store, trace_file -> folder DIR.1, DIR.2, ...
// Threads: one of its own writes; the functions may be called from any.
// Fails:   a snapshot that cannot be written says so in its result; nothing else suffers.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "pipeline/batches.h"
#include "pipeline/keep_options.h"
#include "pipeline/recording.h"
#include "pipeline/stages/store.h"
#include "pipeline/tick_rate.h"

namespace scope::pipeline {

// All that a snapshot consists of. The parts are shared with the window and do not change.
struct Picture {
  SnapshotWish wish;
  std::vector<std::shared_ptr<const Note>> notes;
  std::vector<std::shared_ptr<const EncodedBatch>> batches;
  std::vector<Gap> not_kept;  // of each thread, what lies before the window
  std::vector<BlockedTime> blocked;
  Ending ending;
};

class Snapshots {
 public:
  // `options` must outlive it.
  Snapshots(const RecordOptions& options, int64_t started_unix_ns);
  ~Snapshots();
  Snapshots(const Snapshots&) = delete;
  Snapshots& operator=(const Snapshots&) = delete;

  // Returns at once.
  void Write(Picture picture);
  // How many wait or are being written: each holds on to a window.
  size_t pending() const;
  // The snapshot that the command `request` asked for, once it is written.
  std::optional<WrittenSnapshot> Find(uint32_t request) const;
  // Waits for all of them.
  std::vector<WrittenSnapshot> Finish();

 private:
  void Work();
  int64_t SpanNs(const Picture& picture) const;
  WrittenSnapshot WriteOne(const Picture& picture, uint32_t number) const;

  const RecordOptions& options_;
  const int64_t started_unix_ns_;
  const TickRate rate_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Picture> waiting_;
  bool is_writing_ = false;
  bool stop_ = false;
  std::vector<WrittenSnapshot> written_;
  std::thread writer_;
};

}  // namespace scope::pipeline
