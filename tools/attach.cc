// scope attach: records a program that was started without scope.

#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pipeline/command_box.h"
#include "pipeline/mapped_file.h"
#include "pipeline/reachable.h"
#include "pipeline/stale_sessions.h"
#include "tools/exit_codes.h"
#include "tools/install_paths.h"
#include "tools/keep_arguments.h"
#include "tools/recording_arguments.h"
#include "tools/running_session.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {
namespace {

constexpr int64_t kAnswerNs = 10'000'000'000;
constexpr int kEndRounds = 1000;
constexpr useconds_t kRoundUs = 10'000;

// What only works from a program's start on.
void DeclareRefused(Arguments& arguments) {
  arguments.Value("--ingest", "NAME", "", [](const std::string& text) {
    return absl::InvalidArgumentError(
        absl::StrCat("an ingestor is loaded when its program starts: 'scope run --ingest ", text,
                     " -- PROGRAM'"));
  });
}

int Detach(const std::string& pid) {
  pipeline::GuardMappedFiles();
  const auto session = FindRunningSession(pid);
  if (!session.ok()) return Fail(kExitFailure, session.status().message());
  const auto answer = pipeline::AskFor(session->folder, kScopeCommandDetach, "", kAnswerNs);
  if (!answer.ok()) return Fail(kExitFailure, answer.status().message());
  // Until the trace is whole.
  for (int i = 0; i < kEndRounds && pipeline::IsHeld(session->folder); ++i) usleep(kRoundUs);
  return kExitOk;
}

}  // namespace

int Attach(const Words& args) {
  Arguments arguments("attach", "attach [OPTIONS] PID",
                      "Records a process that runs already, from its next event on. Ctrl-C, or\n"
                      "--detach from elsewhere, leaves it running.");
  arguments.Example("scope attach 4711", "into scope.data, until Ctrl-C");
  arguments.Example("scope attach --detach 4711", "ends that from another shell");
  RecordingArguments recording;
  bool detach = false;
  bool start_off = false;
  std::optional<std::string> pid_text;
  recording.DeclareShared(arguments);
  DeclareRefused(arguments);
  arguments.Flag("--start-off", "", &start_off);
  arguments.Flag("--detach", "leave the process, which goes on", &detach);
  arguments.Positional(&pid_text);
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  uint32_t pid = 0;
  if (!pid_text.has_value()) return Fail(kExitUsage, "attach: which process? 'scope attach PID'");
  if (!absl::SimpleAtoi(*pid_text, &pid) || pid == 0) {
    return Fail(kExitUsage, absl::StrCat("attach: '", *pid_text, "' is no process id"));
  }
  if (detach) return Detach(*pid_text);
  if (start_off) {
    return Fail(kExitUsage,
                "attach: a program joins at an event, so --start-off would be for ever: attach, "
                "then 'scope switch --off'");
  }
  if (const absl::Status status = CheckKeep(recording.options); !status.ok()) {
    return Fail(kExitUsage, status.message());
  }
  if (const absl::Status status = ChooseClock(recording); !status.ok()) {
    return Fail(kExitUsage, status.message());
  }
  const auto runtime = RuntimePath();
  if (!runtime.ok()) return Fail(kExitFailure, runtime.status().message());
  recording.options.runtime_path = *runtime;
  recording.options.version = SCOPE_VERSION;
  std::deque<SinkProcess> sinks;
  if (const absl::Status status = PrepareSinks(recording, sinks); !status.ok()) {
    return Fail(kExitFailure, status.message());
  }
  recording.options.attached = [&] {
    if (recording.quiet) return;
    Say(absl::StrCat("process ", pid, " is recorded from its next event on",
                     pipeline::IsStopped(pid) ? " (it is stopped now, until it gets SIGCONT)" : "",
                     "; Ctrl-C, or 'scope attach --detach ", pid, "', leaves it running"));
  };
  const auto result = pipeline::Attach(pid, recording.options);
  FinishSinks(recording, sinks);
  if (!result.ok()) return Fail(kExitFailure, result.status().message());
  pipeline::RecordResult shown = *result;
  shown.exit_code = kExitOk;
  if (shown.no_instrumented_code) {
    shown.no_instrumented_code = false;
    shown.warnings.push_back(
        absl::StrCat("process ", pid, " ran no instrumented code in the meantime"));
  }
  return Summarise(recording, shown, /*tables=*/false);
}

}  // namespace scope::tools
