// scope check: what must hold in a trace.

#include "scope/analysis/check.h"

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/say.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"
#include "viewers/terminal/check_text.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

// One check a line; empty lines and what follows a # at a line's beginning are left out. Empty: all
// is well.
std::string AddFile(const std::string& path, std::vector<analysis::Check>& checks) {
  std::ifstream file(path);
  if (!file) return absl::StrCat(path, ": cannot be read");
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (text.empty() || text[0] == '#') continue;
    auto check = analysis::ParseCheck(line);
    if (!check.ok()) return absl::StrCat(path, ":", number, ": ", check.status().message());
    checks.push_back(*std::move(check));
  }
  return "";
}

}  // namespace

int CheckTrace(const Words& args) {
  TraceArguments trace;
  std::vector<std::string> texts;
  std::vector<std::string> files;
  bool strict = false;
  Arguments arguments("check", "check 'EXPR'... [OPTIONS]",
                      "Whether something holds in a trace, and otherwise where it first does not.\n"
                      "'x@app.cc:12 never decreases', 'x < 100', 'eventually done = true',\n"
                      "'calls(f) = calls(g)', 'max(duration(f)) < 10ms', 'exceptions(f) = 0',\n"
                      "'no losses': docs/check.md has all of it. Ends with 0 if all hold, with 1\n"
                      "if one does not, with 2 if one cannot be checked.");
  trace.Declare(arguments);
  arguments.List("--file", "FILE", "checks, one a line; may be repeated", &files);
  arguments.Flag("--strict-loss", "ends with 3 if all hold, but not everything was recorded",
                 &strict);
  arguments.Positionals(&texts);
  arguments.Example("scope check 'total never decreases' 'calls(open) = calls(close)'",
                    "two checks, one look at the trace");
  arguments.Example("scope check --file ci.checks --strict-loss -d ci.data", "in a pipeline");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;

  std::vector<analysis::Check> checks;
  for (const std::string& text : texts) {
    auto check = analysis::ParseCheck(text);
    if (!check.ok())
      return Fail(kExitUsage, absl::StrCat("'", text, "': ", check.status().message()));
    checks.push_back(*std::move(check));
  }
  for (const std::string& file : files) {
    const std::string wrong = AddFile(file, checks);
    if (!wrong.empty()) return Fail(kExitUsage, wrong);
  }
  if (checks.empty())
    return Fail(kExitUsage, "check needs something to check; see 'scope check --help'");

  const auto reader = trace.Open();
  if (reader == nullptr) return kExitUsage;
  const auto report = analysis::RunChecks(*reader, checks);
  if (!report.ok()) {
    return Fail(kExitUsage, absl::StrCat(trace.directory, ": ", report.status().message(),
                                         "; 'scope vars' and 'scope report' list what there is"));
  }
  Output output(Output::Paging::kNever);
  const viewers::Places places(reader->nodes());
  bool all = true;
  for (size_t i = 0; i < checks.size(); ++i) {
    const analysis::CheckResult& result = report->results[i];
    all = all && result.holds;
    output.Write(trace.json ? absl::StrCat(viewers::CheckJson(checks[i], result, *report), "\n")
                            : viewers::CheckText(checks[i], result, places, output.paint()));
  }
  trace.SayDamage(*reader);
  if (!report->complete) {
    Say(report->losses == 0
            ? "the recording was cut off: the answer holds for what was recorded"
            : absl::StrCat(viewers::CountText(report->losses, "event"),
                           " are not in the trace: the answer holds for what was recorded"));
  }
  const int exit_code = !all ? kExitFailure : strict && !report->complete ? kExitLost : kExitOk;
  return output.Finish(exit_code);
}

}  // namespace scope::tools
