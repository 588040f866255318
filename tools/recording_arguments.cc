#include "tools/recording_arguments.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pipeline/clock_source.h"
#include "pipeline/selection.h"
#include "pipeline/worker_pool.h"
#include "tools/exit_codes.h"
#include "tools/ingestors.h"
#include "tools/install_paths.h"
#include "tools/keep_arguments.h"
#include "tools/nearest.h"
#include "tools/plugin_files.h"
#include "tools/progress_line.h"
#include "tools/quantity.h"
#include "tools/run_summary.h"
#include "tools/say.h"
#include "tools/terminal.h"
#include "tools/trace_arguments.h"

namespace scope::tools {
namespace {

template <typename Enum>
std::function<absl::Status(const std::string&)> Choice(
    std::vector<std::pair<std::string, Enum>> choices, Enum* target) {
  return [choices = std::move(choices), target](const std::string& text) {
    std::vector<std::string> known;
    std::string list;
    for (const auto& [name, value] : choices) {
      if (name == text) {
        *target = value;
        return absl::OkStatus();
      }
      known.push_back(name);
      absl::StrAppend(&list, list.empty() ? "" : ", ", name);
    }
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is none of ", list, DidYouMean(text, known)));
  };
}

int ExitCodeOf(const absl::Status& status) {
  if (absl::IsNotFound(status)) return kExitNotFound;
  if (absl::IsPermissionDenied(status)) return kExitNotExecutable;
  return kExitOwnFailure;
}

absl::Status ParseTimeout(const std::string& text, uint32_t* timeout_ms) {
  const auto ns = ParseDurationNs(text);
  if (!ns.ok()) return ns.status();
  const int64_t ms = (*ns + 999'999) / 1'000'000;
  if (ms > UINT32_MAX) return absl::InvalidArgumentError(absl::StrCat("'", text, "' is too long"));
  *timeout_ms = static_cast<uint32_t>(ms);
  return absl::OkStatus();
}

absl::Status ParseShare(const std::string& text, double* share) {
  double percent = 0;
  if (!absl::EndsWith(text, "%") || !absl::SimpleAtod(text.substr(0, text.size() - 1), &percent) ||
      !(percent > 0) || percent > 100) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is no share of the time, such as 3%"));
  }
  *share = percent / 100;
  return absl::OkStatus();
}

absl::Status TakeWorkers(uint64_t count, uint32_t& workers) {
  if (count < 1 || count > pipeline::kWorkersMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are 1 to ", pipeline::kWorkersMax, " workers, not ", count));
  }
  workers = static_cast<uint32_t>(count);
  return absl::OkStatus();
}

// An empty trace shall explain itself.
void SayUnmatchedGlob(const pipeline::RecordOptions& options, const std::string& directory) {
  if (options.function_globs.empty() && options.variable_globs.empty()) return;
  const auto reader = trace::TraceReader::Open(directory);
  if (!reader.ok()) return;
  const std::string unmatched =
      UnmatchedGlob(**reader, directory, options.function_globs, options.variable_globs);
  if (!unmatched.empty()) Say(unmatched);
}

void SayUnmatchedMeter(const pipeline::RecordOptions& options, const std::string& directory) {
  if (options.meters.empty()) return;
  const auto reader = trace::TraceReader::Open(directory);
  if (!reader.ok()) return;
  for (const pipeline::MeterChange& meter : options.meters) {
    pipeline::NodeChange change;
    change.meter = meter;
    const pipeline::ChangedNodes nodes(change);
    const auto& all = (*reader)->nodes();
    if (std::any_of(all.begin(), all.end(), [&](const auto& node) { return nodes.Has(node); })) {
      continue;
    }
    std::vector<std::string> names = FunctionNames(**reader);
    const std::vector<std::string> variables = VariableNames(**reader);
    names.insert(names.end(), variables.begin(), variables.end());
    Say(absl::StrCat(meter.is_rate ? "--rate " : "--sample ", meter.Text(),
                     ": no function or variable is called so", DidYouMean(meter.glob, names)));
  }
}

}  // namespace

absl::Status ChooseClock(RecordingArguments& recording) {
  pipeline::RecordOptions& options = recording.options;
  const bool is_asked = options.clock == kScopeClockExactOutOfLine;
  if (is_asked) options.clock = kScopeClockExact;
  const auto chosen = pipeline::ChooseClockSource(is_asked ? "monotonic" : getenv("SCOPE_CLOCK"));
  if (!chosen.ok()) return chosen.status();
  options.clock_source = chosen->source;
  if (!chosen->why.empty() && options.clock != kScopeClockOff && !recording.quiet) {
    Say(absl::StrCat("times come from the system's clock, which costs more: ", chosen->why));
  }
  return absl::OkStatus();
}

// Finds out what is wrong with a plugin before the program runs.
absl::Status PrepareSinks(RecordingArguments& recording, std::deque<SinkProcess>& processes) {
  if (recording.options.keep.on && recording.sinks.size() + recording.viewers.size() > 0) {
    return absl::InvalidArgumentError(
        "with --keep there is no trace that a sink or viewer could follow: 'scope feed' gives it "
        "a snapshot");
  }
  const auto prepare = [&](const std::string& kind, const std::vector<std::string>& requests) {
    for (const std::string& request : requests) {
      const auto path = FindPlugin(kind, ParsePluginRequest(request).name);
      if (!path.ok()) return path.status();
      const auto sink = OpenSink(kind, *path);
      if (!sink.ok()) return sink.status();
      processes.emplace_back(kind, request);
    }
    return absl::OkStatus();
  };
  absl::Status status = prepare("sink", recording.sinks);
  if (status.ok()) status = prepare("viewer", recording.viewers);
  if (!processes.empty()) {
    recording.options.trace_made = [&processes, directory = recording.options.directory] {
      for (SinkProcess& process : processes) process.Start(directory);
    };
  }
  return status;
}

void FinishSinks(const RecordingArguments& recording, std::deque<SinkProcess>& processes) {
  for (SinkProcess& process : processes) {
    const std::string failure = process.Finish(static_cast<int>(recording.sink_timeout_ms));
    if (!failure.empty()) Say(failure);
  }
}

int Summarise(const RecordingArguments& recording, const pipeline::RecordResult& result,
              bool tables) {
  const uint64_t lost = result.dropped + result.torn + result.dropped_without_ring;
  for (const std::string& failure : result.failures) Say(failure);
  if (!recording.quiet) {
    if (result.signal != 0) {
      Say(absl::StrCat(recording.options.command[0], " was killed by signal ", result.signal, " (",
                       strsignal(result.signal), ")"));
    }
    for (const std::string& warning : result.warnings) Say(warning);
    if (result.no_instrumented_code) {
      Say(NoCodeText(recording.options.command[0]));
    } else if (!recording.json) {
      const std::string text = tables
                                   ? RunSummary(result, recording.options, PaintFor(STDERR_FILENO))
                                   : absl::StrCat("scope: ", RunHeadline(result, recording.options),
                                                  "\n", SnapshotsText(result.snapshots));
      std::fputs(text.c_str(), stderr);
      const std::string newest = NewestTrace(result, recording.options);
      SayUnmatchedGlob(recording.options, newest);
      SayUnmatchedMeter(recording.options, newest);
    }
  }
  if (recording.json) std::fputs(RunJson(result, recording.options).c_str(), stderr);
  if (recording.strict_loss && lost > 0) {
    if (recording.quiet) Say(absl::StrCat(lost, " events were lost"));
    return kExitLost;
  }
  return result.exit_code;
}

absl::Status RecordingArguments::AddMeter(const std::string& text, bool is_rate) {
  const auto meter = pipeline::ParseMeterChange(text, is_rate);
  if (meter.ok()) options.meters.push_back(*meter);
  return meter.status();
}

void RecordingArguments::DeclareShared(Arguments& arguments) {
  arguments.Text("-d,--dir", "DIR", "where to (scope.data); an older trace moves to DIR.old",
                 &options.directory);
  arguments.List("-F,--function", "GLOB",
                 "only these functions; -V,--variable: these variables; repeatable",
                 &options.function_globs);
  arguments.List("-V,--variable", "GLOB", "", &options.variable_globs);
  arguments.Value("--sample", "GLOB=N", "store one in N of these; --rate GLOB=N/s: N a second",
                  [this](const std::string& text) { return AddMeter(text, false); });
  arguments.Value("--rate", "GLOB=N/s", "",
                  [this](const std::string& text) { return AddMeter(text, true); });
  arguments.Value("--on-full", "WHAT",
                  "full ring: block (for --block-timeout, 1s), drop_newest, drop_oldest",
                  Choice<scope_on_full>({{"block", kScopeOnFullBlock},
                                         {"drop_newest", kScopeOnFullDropNewest},
                                         {"drop_oldest", kScopeOnFullDropOldest}},
                                        &options.on_full));
  arguments.Value("--block-timeout", "TIME", "", [this](const std::string& text) {
    return ParseTimeout(text, &options.block_timeout_ms);
  });
  arguments.Value("--workers", "N", "", [this](const std::string& text) {
    const auto count = ParseCount(text);
    if (!count.ok()) return count.status();
    return TakeWorkers(*count, options.workers);
  });
  arguments.Value("--budget", "SHARE",
                  "of the program's time, as in 3%: what costs more is switched off",
                  [this](const std::string& text) { return ParseShare(text, &options.budget); });
  arguments.Size("--ring", "of each thread's ring (1M)", &options.ring_bytes);
  arguments.Size("--limit", "of the trace (a quarter of the free disk)", &options.limit_bytes);
  arguments.Value("--clock", "WHAT",
                  "exact (default); adaptive: some calls, to 10 us; monotonic; off: none",
                  Choice<scope_clock>({{"exact", kScopeClockExact},
                                       {"adaptive", kScopeClockAdaptive},
                                       {"monotonic", kScopeClockExactOutOfLine},
                                       {"off", kScopeClockOff}},
                                      &options.clock));
  DeclareKeep(arguments, &options.keep);
  arguments.List("--sink", "NAME", "", &sinks);
  arguments.List("--viewer", "NAME", "", &viewers);
  arguments.Value("--sink-timeout", "TIME", "",
                  [this](const std::string& text) { return ParseTimeout(text, &sink_timeout_ms); });
  arguments.Flag("-q,--quiet", "say nothing unless scope itself fails", &quiet);
  arguments.Flag("--strict-loss", "end with 3 if any event was lost", &strict_loss);
  arguments.Flag("--json", "the summary as one JSON object, on stderr", &json);
}

void RecordingArguments::Declare(Arguments& arguments) {
  DeclareShared(arguments);
  arguments.Flag("--start-off", "record nothing until 'scope switch --on' says so",
                 &options.starts_off);
  arguments.List("--ingest", "NAME", "load an ingestor into PROG: NAME[:OPTIONS]", &ingestors);
  arguments.Command(&options.command);
  arguments.UsageExitCode(kExitOwnFailure);
}

int RecordAndSummarise(const std::vector<std::string>& args, Arguments& arguments, bool tables) {
  RecordingArguments recording;
  recording.Declare(arguments);
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (recording.options.command.empty()) {
    return Fail(kExitOwnFailure,
                absl::StrCat(tables ? "run" : "record", ": which program? 'scope run -- ./demo'"));
  }
  if (const absl::Status status = CheckKeep(recording.options); !status.ok()) {
    return Fail(kExitOwnFailure, status.message());
  }
  const auto runtime = RuntimePath();
  if (!runtime.ok()) return Fail(kExitOwnFailure, runtime.status().message());
  recording.options.runtime_path = *runtime;
  recording.options.version = SCOPE_VERSION;

  if (const absl::Status status = ChooseClock(recording); !status.ok()) {
    return Fail(kExitOwnFailure, status.message());
  }

  ProgressLine progress;
  if (!recording.quiet && !recording.json && IsTerminal(STDERR_FILENO)) {
    recording.options.progress = [&](const pipeline::Progress& now) { progress.Show(now); };
  }
  std::deque<SinkProcess> sinks;
  auto environment = IngestorEnvironment(recording.ingestors);
  const absl::Status status =
      environment.ok() ? PrepareSinks(recording, sinks) : environment.status();
  if (!status.ok()) return Fail(kExitOwnFailure, status.message());
  recording.options.environment = *std::move(environment);
  const auto result = pipeline::Record(recording.options);
  progress.Clear();
  FinishSinks(recording, sinks);
  if (!result.ok()) return Fail(ExitCodeOf(result.status()), result.status().message());
  return Summarise(recording, *result, tables);
}

}  // namespace scope::tools
