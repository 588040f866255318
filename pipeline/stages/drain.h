// drain.h - empties the rings of all threads, over and over.
//
// Path:    ring-N -> THIS (ring_reader) -> Stream of each thread -> sequence
// Threads: one; it has workers, each with rings of its own.
// Fails:   a ring that makes no sense, or whose reader fails again and again, is left alone, and a
//          warning says so. What a reader has taken is in its stream, whatever it fails at then.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pipeline/arrivals.h"
#include "pipeline/batches.h"
#include "pipeline/notes.h"
#include "pipeline/processes.h"
#include "pipeline/session.h"
#include "pipeline/stages/ring_reader.h"
#include "pipeline/stages/sequence.h"
#include "pipeline/worker_pool.h"

namespace scope::pipeline {

class Drain {
 public:
  Drain(Session& session, const Processes& processes) : session_(session), processes_(processes) {}

  // Of what an earlier collector stored: where each thread (by pid and tid) goes on.
  using Known = absl::flat_hash_map<uint64_t, uint64_t>;
  static uint64_t KeyOf(uint32_t pid, uint32_t tid) { return uint64_t{pid} << 32 | tid; }
  void SetKnown(Known known) { known_ = std::move(known); }

  // Looks at every ring once. Returns the records taken; new threads go to `notes`.
  // `all_are_dead`: nothing is written any more, wherever a writer may stand.
  size_t Look(bool all_are_dead, Sequence::Round& round, std::vector<Note>& notes);

  // From the next look on.
  void SetWorkers(size_t workers) { workers_.Resize(workers); }
  size_t workers() const { return workers_.size(); }
  // Called before a ring is read, with its thread's number. What it throws, the reader has thrown.
  void SetBeforeRead(std::function<void(uint32_t thread)> before_read) {
    before_read_ = std::move(before_read);
  }
  // Readers that failed, and read on.
  uint64_t restarts() const { return restarts_; }

  const std::vector<Stream*>& streams() const { return streams_; }

  // Lets go of rings that are read to their end and sequenced.
  void Retire();

  // Appends what changed since the last time, to a batch behind all that was sequenced.
  void TakeChanges(Batch& batch);

  // That threads waited for us, all together.
  uint64_t writer_wait_ns() const { return writer_wait_ns_; }
  // Threads so far. What is known of each is in the trace, or in its ring.
  uint32_t thread_count() const { return thread_count_; }
  // Whether there is a ring of the process, or may be one among the session's first `ring_count`.
  bool HasRingOf(uint32_t process, uint32_t ring_count) const;
  bool has_rings() const { return !rings_.empty(); }
  // More is in the rings than the last look took.
  bool has_backlog() const { return has_backlog_; }
  std::vector<std::string> Warnings() const { return warnings_; }

 private:
  struct Ring {
    std::unique_ptr<RingReader> reader;
    std::unique_ptr<Stream> stream;
    uint64_t blocked_ns = 0;
    uint64_t first_seq = 0;  // earlier ones are not ours
    uint32_t session_number = 0;
    int failures = 0;     // one after the other
    std::string failure;  // why it is left alone
  };

  void Fail(Ring& ring, const std::string& why);
  // `is_last`: nothing more will come of what is not there.
  bool Arrive(uint32_t session_number, bool is_last, std::vector<Note>& notes);
  void Warn(std::string text);

  Session& session_;
  const Processes& processes_;
  Arrivals arrivals_;
  Known known_;
  std::vector<Ring> rings_;
  bool has_backlog_ = false;
  std::vector<Stream*> streams_;      // of rings_
  std::vector<BlockedTime> blocked_;  // of rings that are gone
  std::vector<EndedThread> ended_;
  uint64_t writer_wait_ns_ = 0;
  uint32_t thread_count_ = 0;
  std::vector<std::string> warnings_;
  std::function<void(uint32_t)> before_read_;
  uint64_t restarts_ = 0;
  WorkerPool workers_;
};

}  // namespace scope::pipeline
