// watch.h - looks for events that make a snapshot of what was kept.
//
// Path:    Batch, before it is encoded -> THIS -> SnapshotWish on the same batch
// Threads: one.
// Fails:   never; a trigger that may not write now, or not any more, is counted.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/batches.h"
#include "pipeline/keep_options.h"
#include "pipeline/node_index.h"
#include "pipeline/tick_rate.h"
#include "scope/trace/reader.h"

namespace scope::trace {
struct Tables;
}

namespace scope::pipeline {

class Watch {
 public:
  // `pending`: snapshots that are not written yet.
  Watch(const KeepOptions& options, std::function<size_t()> pending);
  ~Watch();

  // Gives the batch its wishes.
  void See(Batch& batch, int64_t now_ns);
  // Of a trigger that is no event; true: there may be a snapshot now.
  bool MayFire(int64_t now_ns);

  uint64_t missed() const { return missed_; }

 private:
  enum Role : uint8_t { kNone, kHit, kThrow, kEnter, kExit };
  struct Watched {
    Role role = kNone;
    uint8_t trigger = 0;  // of options_.node_globs, or of options_.slow
  };
  struct Call {
    uint64_t ticks = 0;
    uint32_t enter_node = 0;
    uint8_t trigger = 0;
    bool is_told = false;
  };
  struct Thread {
    uint64_t ticks = 0;
    std::vector<Call> calls;  // of watched functions, the outermost first
  };

  void Learn(const std::vector<Note>& notes);
  Watched WatchedOf(const trace::Node& node) const;
  void LookAt(const scope_record& record, uint32_t node, uint32_t thread);
  void Leave(uint32_t node, uint32_t thread);
  void LookForHanging(uint64_t now_ticks);
  void CheckCall(Call& call, uint64_t until_ticks, bool is_over, uint32_t thread);
  std::string NameOf(uint32_t node) const;
  bool Fires();
  void Fire(std::string cause);
  Thread& ThreadOf(uint32_t number);

  const KeepOptions& options_;
  const std::function<size_t()> pending_;
  const TickRate rate_;
  std::unique_ptr<trace::Tables> tables_;
  std::vector<Watched> watched_;  // by node number
  std::vector<Thread> threads_;
  Batch* batch_ = nullptr;  // that is being looked at
  int64_t now_ns_ = 0;
  int64_t next_ns_ = 0;
  uint32_t fired_ = 0;
  uint64_t missed_ = 0;
};

}  // namespace scope::pipeline
