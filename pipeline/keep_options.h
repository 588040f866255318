// keep_options.h - which window is kept of a recording, and what makes a trace of it.
//
// Path:  command line -> THIS -> keep, watch, snapshots -> result

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scope::pipeline {

struct SlowTrigger {
  std::string text;  // as it was given
  std::string function_glob;
  int64_t longer_than_ns = 0;
};

struct KeepOptions {
  bool on = false;
  int64_t ns = 0;  // 0: as long as there is room
  uint64_t bytes = 0;
  std::string text;                   // the window in words
  std::optional<uint32_t> snapshots;  // see SnapshotsMax()
  int signal = 0;                     // to the collector; 0: none
  bool at_exit = false;
  bool at_exception = false;
  std::vector<std::string> node_globs;
  std::vector<SlowTrigger> slow;

  // By triggers; commands and the program's death are not counted.
  uint32_t SnapshotsMax() const { return snapshots.value_or(10); }
  bool LooksAtEvents() const { return at_exception || !node_globs.empty() || !slow.empty(); }
};

struct WrittenSnapshot {
  uint32_t number = 0;
  std::string directory;
  std::string cause;
  std::string failure;  // empty: it is whole
  uint64_t events = 0;
  uint64_t trace_bytes = 0;
  int64_t span_ns = 0;  // from its first event to its last
  uint32_t request = 0;
};

}  // namespace scope::pipeline
