// trace_totals.h - everything that a report counts, in one pass over a trace.
//
// Path:    TraceReader -> THIS -> report, the summary of run
// Threads: one owner; the reader must outlive the result.
// Fails:   the reader's status.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"
#include "viewers/terminal/function_totals.h"

namespace scope::viewers {

struct NodeTotal {
  const trace::Node* node = nullptr;
  uint64_t count = 0;
};

struct TraceTotals {
  std::vector<FunctionTotal> functions;  // most self time first
  std::vector<NodeTotal> nodes;          // those with events, most events first
  uint64_t events = 0;
  bool partial = false;  // `events_max` was reached
};

// `nodes`: which nodes count, by number; null: all. Functions are those of these nodes. At most
// `events_max` events are looked at.
absl::StatusOr<TraceTotals> CollectTotals(trace::TraceReader& reader,
                                          const std::vector<bool>* nodes = nullptr,
                                          uint64_t events_max = ~uint64_t{0});

}  // namespace scope::viewers
