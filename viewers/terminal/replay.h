// replay.h - the events of a trace, or some of them, one after the other.
//
// Path:    TraceReader -> THIS -> replay_rows.h or event_json.h -> TextSink
// Threads: one reader, one thread.
// Fails:   the reader's status. A sink that returns false ends it early, which is fine.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "scope/trace/reader.h"
#include "viewers/terminal/replay_rows.h"
#include "viewers/terminal/text_sink.h"

namespace scope::viewers {

// A position in a trace: a sequence number or a time since the recording began.
struct Position {
  bool is_time = false;
  uint64_t seq = 0;
  int64_t time_ns = 0;
};

struct ReplayRange {
  std::optional<Position> from;
  std::optional<Position> to;  // inclusive
  std::optional<uint64_t> count;
  std::optional<uint32_t> thread;
  std::vector<bool> nodes;  // by number; empty: all
};

// Returns how many events were shown, gaps not counted.
absl::StatusOr<uint64_t> Replay(trace::TraceReader& reader, const ReplayRange& range,
                                const ReplayStyle& style, const TextSink& sink);
absl::StatusOr<uint64_t> ReplayJson(trace::TraceReader& reader, const ReplayRange& range,
                                    const TextSink& sink);

}  // namespace scope::viewers
