// scope diff: where two traces part.

#include "scope/analysis/diff.h"

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/say.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"
#include "viewers/terminal/diff_text.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

void SayMissing(const std::string& directory, uint64_t missing) {
  if (missing == 0) return;
  Say(absl::StrCat(directory, ": ", viewers::CountText(missing, "event"),
                   " are missing: what follows them is compared with others"));
}

}  // namespace

int DiffTraces(const Words& args) {
  TraceArguments a;
  std::vector<std::string> directories;
  std::optional<uint64_t> rows = 10;
  Arguments arguments("diff", "diff A B [OPTIONS]",
                      "Where two traces part, also of different builds: the first value of a node\n"
                      "that is not the same, numbers of values and calls, times. Ends with 0 if\n"
                      "they are the same, with 1 if not, with 2 on trouble; times never decide.");
  arguments.Flag("--json", "for programs: one object", &a.json);
  arguments.Count("--top", "rows of each kind (10)", &rows);
  a.DeclareFilters(arguments);
  arguments.Positionals(&directories);
  arguments.Example("scope diff good.data bad.data", "what went another way, and where first");
  arguments.Example("scope diff old.data new.data -F 'Parser::*' --json", "of one class");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (directories.size() != 2) return Fail(kExitUsage, "diff needs two traces: A B");

  TraceArguments b = a;
  a.directory = directories[0];
  b.directory = directories[1];
  const auto reader_a = a.Open();
  const auto reader_b = reader_a == nullptr ? nullptr : b.Open();
  if (reader_b == nullptr) return kExitUsage;
  analysis::DiffOptions options;
  if (a.filtered() &&
      !(a.SelectNodes(*reader_a, options.among_a) && b.SelectNodes(*reader_b, options.among_b))) {
    return kExitUsage;
  }
  const auto diff = analysis::CompareTraces(*reader_a, *reader_b, options);
  if (!diff.ok()) return Fail(kExitUsage, diff.status().message());
  Output output(a.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  output.Write(a.json
                   ? viewers::DiffJson(*diff) + "\n"
                   : viewers::DiffText(*diff, viewers::Places(reader_a->nodes()),
                                       viewers::Places(reader_b->nodes()), *rows, output.paint()));
  const bool damage_a = a.SayDamage(*reader_a);
  const bool damage_b = b.SayDamage(*reader_b);
  const bool trouble = damage_a || damage_b;
  SayMissing(a.directory, diff->losses_a);
  SayMissing(b.directory, diff->losses_b);
  if (diff->unfinished > 0) {
    Say(absl::StrCat("the values of ", viewers::CountText(diff->unfinished, "node"),
                     " are too far apart to be compared to the end; -F and -V leave out others"));
  }
  return output.Finish(diff->same && !trouble ? kExitOk : diff->same ? kExitUsage : kExitFailure);
}

}  // namespace scope::tools
