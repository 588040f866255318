// backward.h - goes through the events of a trace from a place back to the beginning.
//
// Path:    TraceReader::ForEach, window by window -> THIS -> why_search.h
// Threads: one.
// Fails:   absl::Status of the reader.

#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "scope/trace/reader.h"

namespace scope::analysis {

inline constexpr uint32_t kNoNumber = ~uint32_t{0};

// What a search needs of an event. A gap has no node, and its count in `bits`.
struct ShortEvent {
  uint64_t seq;
  uint64_t call;
  uint64_t bits;
  uint32_t node;  // number; kNoNumber: a gap
  uint32_t thread;
  uint32_t depth;
  uint32_t thrown;  // number of the Throw, of a Catch; kNoNumber: unknown
};

// From `last_seq` back, until `visit` returns false.
absl::Status ForEachBackward(trace::TraceReader& reader, uint64_t last_seq,
                             const std::function<bool(const ShortEvent&)>& visit);

}  // namespace scope::analysis
