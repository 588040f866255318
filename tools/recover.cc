// scope recover: makes a trace of what a killed recording has left in memory.

#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pipeline/mapped_file.h"
#include "pipeline/recording.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/left_sessions.h"
#include "tools/run_summary.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {

int Recover(const Words& args) {
  Arguments arguments("recover", "recover [OPTIONS] [PID]",
                      "Makes a trace of what a recording has left in /dev/shm whose collector was\n"
                      "killed. A program that still runs is recorded until it ends.");
  arguments.Example("scope recover", "into scope.recovered");
  arguments.Example("scope recover --discard 4711", "throws away what process 4711 left");
  pipeline::RecordOptions options;
  options.directory = "scope.recovered";
  options.version = SCOPE_VERSION;
  bool discard = false;
  bool list = false;
  std::optional<std::string> pid;
  arguments.Text("-d,--dir", "DIR", "where to (scope.recovered); an older trace moves to DIR.old",
                 &options.directory);
  arguments.Flag("--list", "only say what was left behind", &list);
  arguments.Flag("--discard", "remove it, and make no trace", &discard);
  arguments.Positional(&pid);
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  pipeline::GuardMappedFiles();
  if (list) {
    for (const pipeline::ListedSession& session : LeftSessions()) {
      std::printf("%s  %s\n", session.folder.c_str(), Describe(session).c_str());
    }
    return kExitOk;
  }
  const auto session = FindLeftSession(pid);
  if (!session.ok()) return Fail(kExitFailure, session.status().message());
  if (discard) {
    if (session->HasLiveProcess()) {
      return Fail(kExitFailure, absl::StrCat(Describe(*session), " still runs"));
    }
    pipeline::RemoveSession(session->folder);
    return kExitOk;
  }
  if (session->is_of_other_version) {
    return Fail(kExitFailure,
                absl::StrCat(session->folder, " was made by another version of scope, ",
                             "which must recover it"));
  }
  if (session->HasLiveProcess()) {
    Say(absl::StrCat(Describe(*session), " still runs: it is recorded until it ends"));
  }
  for (const pipeline::ListedProcess& process : session->processes) {
    if (options.command.empty()) options.command.push_back(process.executable);
  }
  const auto result = pipeline::Recover(session->folder, options);
  if (!result.ok()) return Fail(kExitFailure, result.status().message());
  for (const std::string& warning : result->warnings) Say(warning);
  Say(RunHeadline(*result, options));
  return kExitOk;
}

}  // namespace scope::tools
