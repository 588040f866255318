// scope why: the recorded values that made a value.

#include "scope/analysis/why.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/nearest.h"
#include "tools/output.h"
#include "tools/say.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"
#include "viewers/terminal/variable_history.h"
#include "viewers/terminal/why_text.h"

namespace scope::tools {
namespace {

// NAME, NAME@SEQ, NAME@FILE:LINE or NAME@FILE:LINE@SEQ.
struct Asked {
  std::string variable;
  uint64_t seq = trace::kNoSeq;
};

Asked ParseAsked(const std::string& text) {
  Asked asked = {text};
  const size_t at = text.rfind('@');
  uint64_t seq = 0;
  if (at == std::string::npos || !absl::SimpleAtoi(text.substr(at + 1), &seq)) return asked;
  return {text.substr(0, at), seq};
}

// The last value up to `last_seq`; no node: there is none.
absl::StatusOr<trace::Event> LastValue(trace::TraceReader& reader, const std::vector<bool>& nodes,
                                       uint64_t last_seq) {
  trace::Selection selection;
  selection.nodes = &nodes;
  selection.last_seq = last_seq;
  selection.gaps = false;
  trace::Event last;
  const absl::Status status = reader.ForEach(selection, [&](const trace::Event& event) {
    last = event;
    return true;
  });
  if (!status.ok()) return status;
  return last;
}

}  // namespace

int Why(const Words& args) {
  TraceArguments trace;
  std::optional<std::string> wanted;
  std::optional<uint64_t> depth = analysis::WhyOptions().depth;
  std::optional<uint64_t> hops = analysis::WhyOptions().hops_max;
  Arguments arguments(
      "why", "why NAME[@FILE:LINE][@SEQ] [OPTIONS]",
      "The chain of recorded values that made a value: what it was computed from,\n"
      "through calls, loops, members and exceptions. NAME as for 'scope vars'; its\n"
      "last value, or the last one up to the sequence number SEQ.");
  trace.Declare(arguments);
  arguments.Count("--depth", "how many hops back (20)", &depth);
  arguments.Count("--hops", "how many hops in all (500)", &hops);
  trace.DeclareFilters(arguments);
  arguments.Positional(&wanted);
  arguments.Example("scope why total", "where the last value of total came from");
  arguments.Example("scope why total@demo.cc:11@4711 --depth 3", "of one place, at one moment");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (!wanted) return Fail(kExitUsage, "why needs a variable; 'scope vars' lists them");

  const auto reader = trace.Open();
  if (reader == nullptr) return kExitFailure;
  std::vector<bool> among;
  if (trace.filtered() && !trace.SelectNodes(*reader, among)) return kExitFailure;
  const Asked asked = ParseAsked(*wanted);
  const auto pattern = viewers::VariablePattern::Parse(asked.variable);
  std::vector<bool> nodes = viewers::MatchingNodes(*reader, pattern, among);
  if (std::find(nodes.begin(), nodes.end(), true) == nodes.end()) {
    return Fail(kExitFailure,
                absl::StrCat("no variable in ", trace.directory, " matches '", asked.variable, "'",
                             DidYouMean(pattern.name, VariableNames(*reader))));
  }
  const auto last = LastValue(*reader, nodes, asked.seq);
  if (!last.ok()) return Fail(kExitFailure, last.status().message());
  if (last->node == nullptr) {
    return Fail(kExitFailure,
                asked.seq == trace::kNoSeq
                    ? absl::StrCat(asked.variable, " has no value in ", trace.directory)
                    : absl::StrCat(asked.variable, " has no value up to ", asked.seq,
                                   "; 'scope vars ", asked.variable, " --all' shows when it has"));
  }
  const auto limited = [](uint64_t count) {
    return static_cast<uint32_t>(std::min<uint64_t>(count, 100'000));
  };
  const auto why = analysis::ExplainValue(*reader, *last,
                                          {.depth = limited(*depth), .hops_max = limited(*hops)});
  if (!why.ok()) return Fail(kExitFailure, why.status().message());
  Output output(trace.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  if (trace.json) {
    viewers::WhyJson(*why, output.sink());
  } else {
    viewers::WhyText(*why, viewers::Places(reader->nodes()), output.paint(), output.sink());
  }
  const int exit_code = output.Finish(kExitOk);
  trace.SayDamage(*reader);
  return exit_code;
}

}  // namespace scope::tools
