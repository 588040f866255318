// scope switch: switches nodes of a running program on or off, or stores a part of their events.

#include <algorithm>
#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "pipeline/command_box.h"
#include "pipeline/mapped_file.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/running_session.h"
#include "tools/say.h"
#include "tools/verbs.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

constexpr int64_t kAnswerNs = 10'000'000'000;

absl::Status TakeNodeIds(const std::vector<std::string>& words, std::vector<uint64_t>& ids) {
  for (const std::string& word : words) {
    uint64_t id = 0;
    if (!absl::SimpleHexAtoi(word, &id)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", word, "' is no node id: 16 hexadecimal digits, as replay --json says"));
    }
    ids.push_back(id);
  }
  return absl::OkStatus();
}

std::string Json(const pipeline::ChangeAnswer& answer, const pipeline::NodeChange& change) {
  viewers::JsonObject object;
  object.Number("version", answer.version);
  if (change.meter) {
    object.Text(change.meter->is_rate ? "rate" : "sample", change.meter->Text());
  } else {
    object.Bool("on", change.on);
  }
  return object.Number("processes", answer.processes)
             .Number("nodes", answer.nodes)
             .Number("changed", answer.changed)
             .Text("reason", answer.reason)
             .Str() +
         "\n";
}

std::string What(const pipeline::NodeChange& change) {
  if (!change.meter) return change.on ? "switched on" : "switched off";
  return absl::StrCat("given ", change.meter->is_rate ? "the rate " : "the sampling ",
                      change.meter->Text());
}

// Returns the exit code.
int AskFor(const std::string& folder, const pipeline::NodeChange& change, bool json) {
  const auto answer = pipeline::Ask(folder, change, kAnswerNs);
  if (!answer.ok()) return Fail(kExitFailure, answer.status().message());
  if (json) {
    std::fputs(Json(*answer, change).c_str(), stdout);
  } else {
    std::printf("change %u: %s of %s %s, processes: %u\n", answer->version,
                viewers::CountText(answer->changed).c_str(),
                viewers::CountText(answer->nodes, "node").c_str(), What(change).c_str(),
                answer->processes);
  }
  if (!answer->reason.empty()) Say(answer->reason);
  return answer->nodes == 0 ? kExitFailure : kExitOk;
}

// Returns the exit code.
int AskForWorkers(const std::string& folder, uint64_t workers, bool json) {
  const auto answer =
      pipeline::AskFor(folder, kScopeCommandWorkers, absl::StrCat(workers), kAnswerNs);
  if (!answer.ok()) return Fail(kExitFailure, answer.status().message());
  if (json) {
    const std::string text = viewers::JsonObject()
                                 .Number("version", answer->version)
                                 .Number("workers", answer->nodes)
                                 .Number("before", answer->changed)
                                 .Str();
    std::printf("%s\n", text.c_str());
  } else {
    std::printf("change %u: %s, before: %s\n", answer->version,
                viewers::CountText(answer->nodes, "worker").c_str(),
                viewers::CountText(answer->changed).c_str());
  }
  return kExitOk;
}

}  // namespace

int Switch(const Words& args) {
  Arguments arguments(
      "switch", "switch --on|--off|--sample ...|--rate ... [OPTIONS] [PID]",
      "Switches nodes of a program that is being recorded, at once. Without -F, -V or -N:\n"
      "all. PID is needed where several programs are recorded.");
  arguments.Example("scope switch --off -F 'Parser::*'", "these functions report no more");
  arguments.Example("scope switch --sample 'step=100' 4711", "one call in 100, in process 4711");
  pipeline::NodeChange change;
  std::vector<pipeline::NodeChange> changes;
  bool on = false;
  bool off = false;
  bool json = false;
  std::optional<uint64_t> workers;
  std::vector<std::string> ids;
  std::optional<std::string> pid;
  const auto add_meter = [&changes](bool is_rate) {
    return [&changes, is_rate](const std::string& text) {
      const auto meter = pipeline::ParseMeterChange(text, is_rate);
      if (meter.ok()) changes.emplace_back().meter = *meter;
      return meter.status();
    };
  };
  arguments.Flag("--on", "report from now on", &on);
  arguments.Flag("--off", "report no more", &off);
  arguments.Value("--sample", "GLOB=N", "of functions or variables store one event in N; or =off",
                  add_meter(false));
  arguments.Value("--rate", "GLOB=N/s", "of functions or variables at most N a second; or =off",
                  add_meter(true));
  arguments.Count("--workers", "how many of the collector read rings: 1 to 16", &workers);
  arguments.List("-F,--function", "GLOB", "only these functions; may be repeated",
                 &change.function_globs);
  arguments.List("-V,--variable", "GLOB", "only these variables; may be repeated",
                 &change.variable_globs);
  arguments.List("-N,--node", "ID", "and the node with this id; may be repeated", &ids);
  arguments.Flag("--json", "the answer as one JSON object", &json);
  arguments.Positional(&pid);
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (on && off) return Fail(kExitUsage, "switch: which way? --on or --off");
  const bool has_globs = !change.function_globs.empty() || !change.variable_globs.empty();
  const bool only_workers = workers && changes.empty() && !has_globs && ids.empty();
  if (!on && !off && !only_workers && (changes.empty() || has_globs || !ids.empty())) {
    return Fail(kExitUsage, changes.empty()
                                ? "switch: which way? --on or --off, or --sample or --rate"
                                : "switch: -F, -V and -N go with --on and --off; --sample and "
                                  "--rate name their nodes themselves");
  }
  change.on = on;
  if (absl::Status status = TakeNodeIds(ids, change.node_ids); !status.ok()) {
    return Fail(kExitUsage, status.message());
  }
  if (on || off) changes.insert(changes.begin(), change);
  pipeline::GuardMappedFiles();
  const auto session = FindRunningSession(pid);
  if (!session.ok()) return Fail(kExitFailure, session.status().message());
  int exit_code = workers ? AskForWorkers(session->folder, *workers, json) : kExitOk;
  for (const pipeline::NodeChange& wanted : changes) {
    exit_code = std::max(exit_code, AskFor(session->folder, wanted, json));
  }
  return exit_code;
}

}  // namespace scope::tools
