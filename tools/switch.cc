// scope switch: switches nodes of a running program on or off.

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

std::string Json(const pipeline::ChangeAnswer& answer, bool on) {
  return viewers::JsonObject()
             .Number("version", answer.version)
             .Bool("on", on)
             .Number("processes", answer.processes)
             .Number("nodes", answer.nodes)
             .Number("changed", answer.changed)
             .Text("reason", answer.reason)
             .Str() +
         "\n";
}

}  // namespace

int Switch(const Words& args) {
  Arguments arguments(
      "switch", "switch --on|--off [OPTIONS] [PID]",
      "Switches nodes of a program that is being recorded, at once. Without -F, -V or -N:\n"
      "all. PID is needed where several programs are recorded.");
  arguments.Example("scope switch --off -F 'Parser::*'", "these functions report no more");
  arguments.Example("scope switch --on -V depth 4711", "the variable, in process 4711");
  pipeline::NodeChange change;
  bool on = false;
  bool off = false;
  bool json = false;
  std::vector<std::string> ids;
  std::optional<std::string> pid;
  arguments.Flag("--on", "report from now on", &on);
  arguments.Flag("--off", "report no more", &off);
  arguments.List("-F,--function", "GLOB", "only these functions; may be repeated",
                 &change.function_globs);
  arguments.List("-V,--variable", "GLOB", "only these variables; may be repeated",
                 &change.variable_globs);
  arguments.List("-N,--node", "ID", "and the node with this id; may be repeated", &ids);
  arguments.Flag("--json", "the answer as one JSON object", &json);
  arguments.Positional(&pid);
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (on == off) return Fail(kExitUsage, "switch: which way? --on or --off");
  change.on = on;
  if (absl::Status status = TakeNodeIds(ids, change.node_ids); !status.ok()) {
    return Fail(kExitUsage, status.message());
  }
  pipeline::GuardMappedFiles();
  const auto session = FindRunningSession(pid);
  if (!session.ok()) return Fail(kExitFailure, session.status().message());
  const auto answer = pipeline::Ask(session->folder, change, kAnswerNs);
  if (!answer.ok()) return Fail(kExitFailure, answer.status().message());
  if (json) {
    std::fputs(Json(*answer, on).c_str(), stdout);
  } else {
    std::printf("change %u: %s of %s switched %s, processes: %u\n", answer->version,
                viewers::CountText(answer->changed).c_str(),
                viewers::CountText(answer->nodes, "node").c_str(), on ? "on" : "off",
                answer->processes);
  }
  if (!answer->reason.empty()) Say(answer->reason);
  return answer->nodes == 0 ? kExitFailure : kExitOk;
}

}  // namespace scope::tools
