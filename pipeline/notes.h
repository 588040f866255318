// notes.h - makes the payloads of the blocks that are not events.
//
// Path:    session, processes, modules, threads -> THIS -> Note -> store -> sdk/trace/tables
// Threads: any; functions only.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pipeline/batches.h"
#include "pipeline/recording.h"
#include "scope/wire/session.h"

namespace scope::pipeline {

// Of a snapshot: which, and why.
struct SnapshotFacts {
  uint32_t number = 0;  // 0: the trace is none
  std::string cause;
};
Note SessionNote(const RecordOptions& options, int64_t started_unix_ns,
                 const SnapshotFacts& snapshot = {});

// A pair of readings, taken now.
Note ClockNote();

struct ProcessFacts {
  uint32_t number = 0;  // in the trace
  uint32_t pid = 0;
  uint32_t parent_pid = 0;
  std::string executable;
  uint64_t started_ticks = 0;
};
Note ProcessNote(const ProcessFacts& process);

inline constexpr uint32_t kNoMapsFrom = ~uint32_t{0};

struct ModuleFacts {
  uint32_t number = 0;   // in the trace
  uint32_t process = 0;  // in the trace
  std::string path;
  std::string build_id;  // its bytes
  uint32_t first_node = 0;
  uint64_t nodes_address = 0;
  std::string nodes;                 // section "scope_nodes"
  std::string maps;                  // section "scope_map"
  uint32_t maps_from = kNoMapsFrom;  // an earlier module that is the same; then `maps` is empty
  std::string note;                  // why there is no map
};
// Maps that are too large for a block are left out, and the note says so.
Note ModuleNote(ModuleFacts module);

struct ThreadFacts {
  uint32_t number = 0;   // in the trace
  uint32_t process = 0;  // in the trace
  uint32_t pid = 0;
  uint32_t tid = 0;
  std::string name;
  uint64_t started_ticks = 0;
};
Note ThreadNote(const ThreadFacts& thread);

struct TotalsFacts {
  bool is_final = false;
  uint64_t events = 0;
  std::vector<trace::Thread> threads;  // those that changed
  uint64_t dropped_without_ring = 0;
  int exit_code = 0;
  uint64_t recorded_ns = 0;
  bool limit_reached = false;
  bool running = false;
  std::string failure;  // why no more could be written
};
Note TotalsNote(const TotalsFacts& totals);

// A node of which not every event is stored.
struct MeterFacts {
  uint64_t id = 0;
  uint32_t every = 1;
  uint32_t per_second = 0;
  bool follows_call = false;
  uint64_t passed = 0;
  uint64_t skipped = 0;
  bool operator==(const MeterFacts&) const = default;
};
Note MetersNote(const std::vector<MeterFacts>& meters);

Note IndexNote(const std::vector<trace::BlockSummary>& blocks);

Note EventsNote(const EncodedBatch& batch, uint64_t first_seq, uint64_t continued_before);

}  // namespace scope::pipeline
