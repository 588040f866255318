// scope info: what is in a trace.

#include "tools/exit_codes.h"
#include "tools/output.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"
#include "tools/verify_trace.h"
#include "viewers/terminal/trace_info_text.h"

namespace scope::tools {

int Info(const Words& args) {
  TraceArguments trace;
  Arguments arguments(
      "info", "info [OPTIONS]",
      "What ran, which binaries it had, each thread's account, whether it is whole.");
  bool verify = false;
  trace.Declare(arguments);
  arguments.Flag("--verify", "read every byte, and say the first block that is damaged", &verify);
  arguments.Example("scope info", "of the last recording");
  arguments.Example("scope info -d old.data --json", "one object; see threads for the accounts");
  arguments.Example("scope info --verify", "ends with 1 if the trace is damaged or cut off");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;

  if (verify) return VerifyTrace(trace.directory, trace.json);
  const auto reader = trace.Open();
  if (reader == nullptr) return kExitFailure;
  Output output(trace.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  output.Write(trace.json ? viewers::TraceInfoJson(*reader)
                          : viewers::TraceInfoText(*reader, output.paint()));
  return output.Finish(kExitOk);
}

}  // namespace scope::tools
