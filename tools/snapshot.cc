// scope snapshot: writes out what a recording with --keep holds.

#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "pipeline/command_box.h"
#include "pipeline/mapped_file.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/running_session.h"
#include "tools/say.h"
#include "tools/verbs.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

// A slow disk takes its time.
constexpr int64_t kAnswerNs = 60'000'000'000;

}  // namespace

int Snapshot(const Words& args) {
  Arguments arguments(
      "snapshot", "snapshot [OPTIONS] [PID]",
      "Writes what a recording with --keep holds, as a trace. The recording goes on. PID,\n"
      "of the program or of its collector, is needed where several programs are recorded.");
  arguments.Example("scope snapshot", "into the next of scope.data.1, scope.data.2, ...");
  arguments.Example("scope snapshot -d slow.data 4711", "of process 4711, into slow.data");
  std::string directory;
  bool json = false;
  std::optional<std::string> pid;
  arguments.Text("-d,--dir", "DIR", "where to; an older trace moves to DIR.old", &directory);
  arguments.Flag("--json", "the answer as one JSON object", &json);
  arguments.Positional(&pid);
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (!directory.empty()) {
    std::error_code error;
    directory = std::filesystem::absolute(directory, error).string();
    if (error || directory.size() >= SCOPE_CONTROL_TEXT_BYTES) {
      return Fail(kExitFailure, "snapshot: the name of the folder is too long");
    }
  }
  pipeline::GuardMappedFiles();
  const auto session = FindRunningSession(pid);
  if (!session.ok()) return Fail(kExitFailure, session.status().message());
  const auto answer =
      pipeline::AskFor(session->folder, kScopeCommandSnapshot, directory, kAnswerNs);
  if (!answer.ok()) return Fail(kExitFailure, answer.status().message());
  if (json) {
    const std::string text = viewers::JsonObject()
                                 .Text("directory", answer->reason)
                                 .Number("events", answer->nodes)
                                 .Number("span_ns", answer->changed)
                                 .Str();
    std::printf("%s\n", text.c_str());
    return kExitOk;
  }
  std::printf("%s, %s in %s\n", viewers::CountText(answer->nodes, "event").c_str(),
              viewers::DurationText(static_cast<int64_t>(answer->changed)).c_str(),
              viewers::Printable(answer->reason).c_str());
  return kExitOk;
}

}  // namespace scope::tools
