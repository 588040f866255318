// budget.h - which nodes cost a program more than it may be slowed down by.
//
// Path:    stored batches -> Count() -> Decide() -> source switches nodes off
// Threads: Count(): the store's; Decide() and Forget(): the source's.
// Fails:   never.
//
// What an event costs is taken from docs/configuration.md's figures, what waiting costs is what the
// threads waited. Both are set against the time of the threads that reported something.

#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "pipeline/batches.h"
#include "pipeline/modules.h"
#include "scope/wire/ring.h"

namespace scope::pipeline {

class Budget {
 public:
  // `share`: of the threads' time, as in 0.03.
  Budget(double share, scope_clock clock) : share_(share), clock_(clock) {}

  void Count(const EncodedBatch& batch);

  struct Verdict {
    double share = 0;             // that was used since the last verdict
    std::vector<uint32_t> nodes;  // to switch off, the most costly first; numbers in the trace
    std::vector<uint64_t> ids;    // of these nodes
  };
  // Looks at what was counted since the last call. `nodes`: of the trace, by number.
  Verdict Decide(int64_t now_ns, const Modules::Origins& nodes);

  // Somebody has switched nodes on again: they are looked at anew.
  void Forget() { culled_.clear(); }

  double share() const { return share_; }

 private:
  double CostNs(uint8_t kind) const;

  const double share_;
  const scope_clock clock_;
  std::mutex mutex_;                                    // guards ...
  absl::flat_hash_map<uint32_t, uint64_t> counts_;      // by node
  absl::flat_hash_set<uint32_t> threads_;               // that reported
  absl::flat_hash_map<uint32_t, uint64_t> blocked_ns_;  // by thread, since its beginning
  uint64_t waited_ns_ = 0;                              // ... up to here
  int64_t since_ns_ = 0;
  int settling_ = 0;                      // verdicts that are still to be skipped
  absl::flat_hash_set<uint64_t> culled_;  // units that are switched off
};

}  // namespace scope::pipeline
