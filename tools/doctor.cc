// scope doctor: is everything there that scope needs?

#include <algorithm>

#include "tools/arguments.h"
#include "tools/checks.h"
#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/verbs.h"

namespace scope::tools {

int Doctor(const Words& args) {
  std::optional<std::string> binary;
  bool json = false;
  Arguments arguments(
      "doctor", "doctor [BINARY] [--json]",
      "Compiler, plugin, runtime, clock, memory, disk, and BINARY's instrumented code.\n"
      "Ends with 1 if something is missing, and says how to get it.");
  arguments.Flag("--json", "for programs: one JSON object", &json);
  arguments.Positional(&binary);
  arguments.Example("scope doctor", "the installation");
  arguments.Example("scope doctor ./demo", "and a program");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;

  std::vector<Check> checks = {CheckCompiler(), CheckPlugin(), CheckRuntime()};
  if (binary) checks.push_back(CheckBinary(*binary));
  checks.push_back(CheckClock());
  checks.push_back(CheckMemory());
  checks.push_back(CheckDisk("."));

  Output output(Output::Paging::kNever);
  output.Write(json ? ChecksJson(checks) : ChecksText(checks, output.paint()));
  const bool ok = std::all_of(checks.begin(), checks.end(), [](const Check& c) { return c.ok; });
  return output.Finish(ok ? kExitOk : kExitFailure);
}

}  // namespace scope::tools
