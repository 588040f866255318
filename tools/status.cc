// scope status: how the collectors of running recordings are doing.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pipeline/mapped_file.h"
#include "pipeline/metrics.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/metrics_server.h"
#include "tools/running_session.h"
#include "tools/say.h"
#include "tools/terminal.h"
#include "tools/verbs.h"
#include "viewers/terminal/status_text.h"

namespace scope::tools {
namespace {

constexpr std::chrono::seconds kEvery{1};

struct Wish {
  std::optional<std::string> pid;
  bool json = false;
  bool prometheus = false;
  bool once = false;
  std::optional<uint16_t> port;
};

// Of a collector that ends meanwhile there is none.
std::vector<viewers::CollectorStatus> Look(const Wish& wish) {
  std::vector<viewers::CollectorStatus> all;
  uint32_t pid = 0;
  const bool one = wish.pid.has_value() && absl::SimpleAtoi(*wish.pid, &pid);
  for (const pipeline::ListedSession& session : pipeline::ListSessions()) {
    if (!session.has_collector || (one && !session.HasPid(pid))) continue;
    const auto metrics = pipeline::Metrics::Open(session.folder);
    if (!metrics.ok()) continue;
    viewers::CollectorStatus status = {
        .session = session.folder.substr(session.folder.rfind('/') + 1),
        .program = session.processes.empty() ? "" : session.processes.front().executable,
        .directory = session.directory,
        .collector_pid = session.collector_pid,
        .pids = {},
        .now = (*metrics)->Read()};
    for (const pipeline::ListedProcess& process : session.processes) {
      if (process.is_alive) status.pids.push_back(process.pid);
    }
    all.push_back(std::move(status));
  }
  return all;
}

std::string Text(const std::vector<viewers::CollectorStatus>& all, const Wish& wish,
                 const viewers::Paint& paint) {
  if (wish.prometheus) return viewers::PrometheusText(all);
  std::string text;
  for (const viewers::CollectorStatus& status : all) {
    if (wish.json) {
      text += viewers::StatusJson(status);
    } else {
      absl::StrAppend(&text, text.empty() ? "" : "\n", viewers::StatusText(status, paint));
    }
  }
  return text;
}

// Until the last recording has ended, or somebody presses Ctrl-C.
int Watch(const Wish& wish, const viewers::Paint& paint) {
  std::map<std::string, viewers::MetricValues> before;
  std::fputs("\x1b[2J", stdout);
  while (true) {
    std::vector<viewers::CollectorStatus> all = Look(wish);
    if (all.empty()) {
      Say("the recording is over");
      return kExitOk;
    }
    for (viewers::CollectorStatus& status : all) {
      status.before = before[status.session];
      before[status.session] = status.now;
    }
    std::printf("\x1b[H\x1b[J%s\nevery second; Ctrl-C ends this, not the recording\n",
                Text(all, wish, paint).c_str());
    std::fflush(stdout);
    std::this_thread::sleep_for(kEvery);
  }
}

int Answer(const Wish& wish) {
  const absl::Status status =
      Serve({.port = *wish.port,
             .text = [] { return viewers::PrometheusText(Look({})); },
             .listening =
                 [](uint16_t port) {
                   Say(absl::StrCat("http://127.0.0.1:", port, "/metrics answers; Ctrl-C ends it"));
                 }});
  return status.ok() ? kExitOk : Fail(kExitFailure, status.message());
}

absl::Status TakePort(const std::string& text, std::optional<uint16_t>& port) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is no port: 1 to 65535, or 0 for any that is free"));
  }
  port = static_cast<uint16_t>(number);
  return absl::OkStatus();
}

}  // namespace

int Status(const Words& args) {
  Wish wish;
  Arguments arguments("status", "status [OPTIONS] [PID]",
                      "Says how running recordings are doing: events, losses, the collector's own\n"
                      "cost. On a terminal it goes on, with the rates of the last second.");
  arguments.Flag("--once", "one look, also on a terminal", &wish.once);
  arguments.Flag("--json", "one JSON object for each recording", &wish.json);
  arguments.Flag("--prometheus", "the text that Prometheus reads", &wish.prometheus);
  arguments.Value("--listen", "PORT", "answer http://127.0.0.1:PORT/metrics until Ctrl-C",
                  [&](const std::string& text) { return TakePort(text, wish.port); });
  arguments.Positional(&wish.pid);
  arguments.Example("scope status", "all recordings of this user");
  arguments.Example("scope status --listen 9464", "for Prometheus");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  pipeline::GuardMappedFiles();
  if (wish.port) return Answer(wish);
  const std::vector<viewers::CollectorStatus> all = Look(wish);
  if (all.empty() && !wish.prometheus) {
    return Fail(kExitFailure, FindRunningSession(wish.pid).status().message());
  }
  const viewers::Paint paint = PaintFor(STDOUT_FILENO);
  if (IsTerminal(STDOUT_FILENO) && !wish.once && !wish.json && !wish.prometheus) {
    return Watch(wish, paint);
  }
  std::fputs(Text(all, wish, paint).c_str(), stdout);
  return kExitOk;
}

}  // namespace scope::tools
