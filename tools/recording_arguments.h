// recording_arguments.h - the options of record and run, and the recording itself.
//
// Path:    command line -> THIS -> pipeline::Record -> summary
// Threads: one owner.
// Fails:   says why; the exit code is the program's own, or 125, 126, 127, or 3 (--strict-loss).

#pragma once

#include <deque>
#include <string>
#include <vector>

#include "pipeline/recording.h"
#include "tools/arguments.h"
#include "tools/sink_process.h"

namespace scope::tools {

struct RecordingArguments {
  pipeline::RecordOptions options;
  bool quiet = false;
  bool strict_loss = false;
  bool json = false;
  std::vector<std::string> ingestors;  // NAME[:OPTIONS] each
  std::vector<std::string> sinks;
  std::vector<std::string> viewers;
  uint32_t sink_timeout_ms = 10'000;

  void Declare(Arguments& arguments);
  // Those that also make sense for a program that runs already.
  void DeclareShared(Arguments& arguments);

 private:
  absl::Status AddMeter(const std::string& text, bool is_rate);
};

// Where times come from: `--clock monotonic`, SCOPE_CLOCK, or what the machine has.
absl::Status ChooseClock(RecordingArguments& recording);

// The processes of the sinks and viewers, which begin when the trace is there.
absl::Status PrepareSinks(RecordingArguments& recording, std::deque<SinkProcess>& processes);
void FinishSinks(const RecordingArguments& recording, std::deque<SinkProcess>& processes);

// Says what was recorded, and returns the exit code.
int Summarise(const RecordingArguments& recording, const pipeline::RecordResult& result,
              bool tables);

// Parses `args`, records, and says what was recorded: with `tables` all of `scope run`'s summary,
// otherwise its first line.
int RecordAndSummarise(const std::vector<std::string>& args, Arguments& arguments, bool tables);

}  // namespace scope::tools
