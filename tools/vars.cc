// scope vars: the histories of variables.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scope/trace/node_filter.h"
#include "tools/exit_codes.h"
#include "tools/nearest.h"
#include "tools/output.h"
#include "tools/say.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"
#include "viewers/terminal/replay.h"
#include "viewers/terminal/variable_text.h"

namespace scope::tools {
namespace {

int SayUnknown(const trace::TraceReader& reader, const TraceArguments& trace,
               const std::string& wanted, const viewers::VariablePattern& pattern) {
  const std::vector<std::string> names = VariableNames(reader);
  if (names.empty()) {
    return Fail(kExitFailure, absl::StrCat(trace.directory,
                                           " has no variables: the program was compiled with "
                                           "level functions, or its binaries had no map"));
  }
  const bool elsewhere = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return trace::MatchesGlob(pattern.name, name);
  });
  return Fail(kExitFailure, elsewhere
                                ? absl::StrCat("no variable matches '", wanted, "'; 'scope vars ",
                                               pattern.name, "' shows where there are some")
                                : absl::StrCat("no variable in ", trace.directory, " is called '",
                                               pattern.name, "'", DidYouMean(pattern.name, names)));
}

int ShowAll(trace::TraceReader& reader, const std::vector<bool>& nodes, bool json) {
  viewers::ReplayRange range;
  range.nodes = nodes;
  Output output(json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  const auto shown = json ? viewers::ReplayJson(reader, range, output.sink())
                          : viewers::Replay(reader, range, {output.paint()}, output.sink());
  if (!shown.ok()) return Fail(kExitFailure, shown.status().message());
  return output.Finish(kExitOk);
}

int ShowHistories(trace::TraceReader& reader, const std::vector<bool>& nodes, bool json,
                  bool named) {
  const auto histories = viewers::CollectHistories(reader, nodes);
  if (!histories.ok()) return Fail(kExitFailure, histories.status().message());
  const viewers::Places places(reader.nodes());
  Output output(json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  for (const viewers::VariableHistory& history : *histories) {
    if (history.count == 0 && !named) continue;
    output.Write(json ? absl::StrCat(viewers::VariableJson(history), "\n")
                      : viewers::VariableText(history, places, output.paint()));
  }
  return output.Finish(kExitOk);
}

}  // namespace

int Vars(const Words& args) {
  TraceArguments trace;
  std::optional<std::string> wanted;
  bool all = false;
  Arguments arguments("vars", "vars [NAME[@FILE[:LINE]]] [OPTIONS]",
                      "What variables held: first, last, smallest, largest, changes, a curve.\n"
                      "NAME may be a glob. Without NAME: all variables that had a value.");
  trace.Declare(arguments);
  arguments.Flag("--all", "every value, in order", &all);
  trace.DeclareFilters(arguments);
  arguments.Positional(&wanted);
  arguments.Example("scope vars total", "the history of total, wherever there is one");
  arguments.Example("scope vars total@demo.cc:11 --all --json", "each value written at one place");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;

  const auto reader = trace.Open();
  if (reader == nullptr) return kExitFailure;
  std::vector<bool> among;
  if (trace.filtered() && !trace.SelectNodes(*reader, among)) return kExitFailure;
  const std::string text = wanted.value_or("*");
  const auto pattern = viewers::VariablePattern::Parse(text);
  const std::vector<bool> nodes = viewers::MatchingNodes(*reader, pattern, among);
  if (std::find(nodes.begin(), nodes.end(), true) == nodes.end()) {
    return SayUnknown(*reader, trace, text, pattern);
  }
  const int exit_code = all ? ShowAll(*reader, nodes, trace.json)
                            : ShowHistories(*reader, nodes, trace.json, wanted.has_value());
  trace.SayDamage(*reader);
  return exit_code;
}

}  // namespace scope::tools
