// loops.h - which turn of a loop an event belongs to.
//
// Path:    events of a process in order, with their calls -> THIS -> Event.iteration
// Threads: one.
//
// A loop ends when its condition is false, when its call ends, or with the turn of the loop around
// it. One that is left by other means and entered again without all of these goes on counting.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scope/trace/reader.h"

namespace scope::trace {

class Loops {
 public:
  // The condition of `loop` was computed in `call`. Returns the turn that it decides on, from 0.
  uint64_t Turn(uint64_t call, const Node& loop, bool goes_on);
  // The turn of `loop`, an id, that is on its way in `call`; kNoIteration: it is not known.
  uint64_t Find(uint64_t call, uint64_t loop) const;
  void Exit(uint64_t call) {
    if (!calls_.empty()) calls_.erase(call);
  }

 private:
  struct Run {
    uint64_t loop;
    uint64_t around;  // the loop around it; 0: none
    uint64_t count;   // how often its condition was computed
    bool ends_turn;   // and where: behind the turn
  };

  absl::flat_hash_map<uint64_t, std::vector<Run>> calls_;
};

}  // namespace scope::trace
