// recording.h - records one run of a program into a trace.
//
// Path:    command line -> THIS starts program and pipeline -> trace (scope/trace/reader.h)
// Threads: Record() may run once at a time in a process: it sets signal handlers while it works.
// Fails:   absl::Status that names the command or the file. Once the program has started there is
//          always a result: what went wrong is a warning in it, and the program goes on.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "pipeline/keep_options.h"
#include "pipeline/meter_change.h"
#include "pipeline/metrics.h"
#include "scope/trace/losses.h"
#include "scope/wire/clock.h"
#include "scope/wire/ring.h"

namespace scope::pipeline {

// Where a recording stands; every 100 ms or so.
struct Progress {
  uint64_t events = 0;  // stored
  uint64_t dropped = 0;
  uint64_t torn = 0;
  uint64_t trace_bytes = 0;
  uint32_t threads = 0;
  uint32_t processes = 0;
  int64_t elapsed_ns = 0;
};

struct RecordOptions {
  std::vector<std::string> command;  // looked up in PATH, as a shell does
  std::string directory = "scope.data";
  scope_on_full on_full = kScopeOnFullBlock;
  uint64_t ring_bytes = SCOPE_RING_BYTES_DEFAULT;  // of each thread; a power of two
  scope_clock clock = kScopeClockExact;
  scope_clock_source clock_source = kScopeClockSourceCounter;
  uint32_t block_timeout_ms = 1000;
  uint32_t workers = 1;  // that read rings, at most 16
  double budget = 0;  // share of the threads' time that reporting may take; 0: as much as it does
  std::vector<std::string> function_globs;  // -F: fnmatch(3), against the qualified or plain name
  std::vector<std::string> variable_globs;  // -V
  std::vector<MeterChange> meters;          // of nodes that are wanted; the newest decides
  bool starts_off = false;                  // nothing is recorded until a switch says so
  uint64_t limit_bytes = 0;                 // of the trace; 0: a quarter of the free disk
  KeepOptions keep;                         // a window is kept in place of a trace
  std::string runtime_path;                 // libscope_rt.so
  std::string version;                      // of scope, for the trace
  // More variables for the program.
  std::vector<std::pair<std::string, std::string>> environment;
  // The trace's file is there, and the program not yet.
  std::function<void()> trace_made;
  // A program that runs already has been asked to be recorded.
  std::function<void()> attached;
  std::function<void(const Progress&)> progress;  // from a thread of the pipeline
};

struct RecordResult {
  int exit_code = 0;  // as shells say it: 128 + signal for a program that was killed
  int signal = 0;     // that killed the program; 0: it ended by itself
  uint64_t events = 0;
  uint64_t dropped = 0;
  uint64_t torn = 0;
  uint64_t skipped = 0;               // by options.meters, and what took their place
  uint64_t dropped_without_ring = 0;  // of threads that could not get a ring; not in `dropped`
  uint32_t threads = 0;
  uint32_t processes = 0;
  int64_t wall_ns = 0;       // from the program's start to its end
  int64_t recording_ns = 0;  // until the trace was whole
  uint64_t trace_bytes = 0;
  std::vector<WrittenSnapshot> snapshots;
  bool limit_reached = false;
  std::string failure;                // why no more could be written; empty: it could
  bool no_instrumented_code = false;  // no process reported any instrumented code
  trace::Losses losses;               // the threads themselves are in the trace
  MetricValues metrics{};             // at the end
  std::vector<std::string> failures;  // of scope itself: to be said even where quiet is asked for
  std::vector<std::string> warnings;
};

// Runs the command to its end and records it. Before anything is made:
//   NotFound            there is no such command (a shell's 127)
//   PermissionDenied    it cannot be executed (126)
//   InvalidArgument     an option makes no sense, or `directory` exists and is no trace
// An older trace in `directory` is moved aside to `directory`.old.
absl::StatusOr<RecordResult> Record(const RecordOptions& options);

// Records a process that runs already, until it ends or this process is asked to end, which leaves
// it running. Of the options all but command, environment and starts_off count; its exit code is
// not known. NotFound, PermissionDenied, FailedPrecondition: it cannot be recorded, and why; then
// it runs as before.
absl::StatusOr<RecordResult> Attach(uint32_t pid, const RecordOptions& options);

// Takes over the session in `folder`, whose collector is gone: what is left in its rings, and what
// its processes report until the last of them has ended, becomes a trace in options.directory.
// What the first collector stored is not repeated. Of the options, directory, limit, version and
// progress count. FailedPrecondition: the collector is not gone.
absl::StatusOr<RecordResult> Recover(const std::string& folder, const RecordOptions& options);

}  // namespace scope::pipeline
