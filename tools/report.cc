// scope report: calls and times, busiest nodes, losses.

#include "viewers/terminal/report.h"

#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/say.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"

namespace scope::tools {

int Report(const Words& args) {
  TraceArguments trace;
  std::optional<uint64_t> top = 20;
  Arguments arguments("report", "report [OPTIONS]",
                      "Functions with calls and times, the busiest nodes, each thread's losses.");
  trace.Declare(arguments);
  trace.DeclareFilters(arguments);
  arguments.Count("--top", "rows of each table (20)", &top);
  arguments.Example("scope report", "of the last recording");
  arguments.Example("scope report -d other.data -F 'db::*' --top 5",
                    "one namespace of another one");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;

  const auto reader = trace.Open();
  if (reader == nullptr) return kExitFailure;
  std::vector<bool> nodes;
  if (trace.filtered() && !trace.SelectNodes(*reader, nodes)) return kExitFailure;
  const auto totals = viewers::CollectTotals(*reader, nodes.empty() ? nullptr : &nodes);
  if (!totals.ok()) return Fail(kExitFailure, totals.status().message());

  trace.SayDamage(*reader);
  Output output(trace.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  output.Write(trace.json ? viewers::ReportJson(*reader, *totals, *top)
                          : viewers::ReportText(*reader, *totals, *top, output.paint()));
  return output.Finish(kExitOk);
}

}  // namespace scope::tools
