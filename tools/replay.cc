// scope replay: the events in order.

#include "viewers/terminal/replay.h"

#include "absl/strings/str_cat.h"
#include "tools/exit_codes.h"
#include "tools/feed_trace.h"
#include "tools/output.h"
#include "tools/quantity.h"
#include "tools/say.h"
#include "tools/trace_arguments.h"
#include "tools/verbs.h"

namespace scope::tools {
namespace {

// A number is a place in the sequence, a number with a unit a time.
absl::Status ParsePosition(const std::string& text, std::optional<viewers::Position>* position) {
  viewers::Position parsed;
  if (const auto seq = ParseCount(text); seq.ok()) {
    parsed.seq = *seq;
  } else if (const auto time_ns = ParseDurationNs(text); time_ns.ok()) {
    parsed.is_time = true;
    parsed.time_ns = *time_ns;
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is neither a sequence number (120) nor a time (10ms)"));
  }
  *position = parsed;
  return absl::OkStatus();
}

int SayNothingShown(const trace::TraceReader& reader, const viewers::ReplayRange& range) {
  if (range.count && *range.count == 0) return kExitOk;
  if (range.thread && *range.thread >= reader.threads().size()) {
    return Fail(kExitFailure, absl::StrCat("there is no thread ", *range.thread, "; the trace has ",
                                           reader.threads().size(), ", counted from 0"));
  }
  Say(absl::StrCat("no events there; the trace has ", reader.info().event_count, ", up to ",
                   reader.info().recorded_ns / 1'000'000, "ms"));
  return kExitOk;
}

}  // namespace

int Replay(const Words& args) {
  TraceArguments trace;
  viewers::ReplayRange range;
  std::optional<uint64_t> thread;
  std::string viewer;
  Arguments arguments("replay", "replay [OPTIONS]",
                      "The events in order, indented by call, with place, name and value.");
  trace.Declare(arguments);
  const auto position = [&](std::optional<viewers::Position>* target) {
    return [target](const std::string& text) { return ParsePosition(text, target); };
  };
  arguments.Value("--from", "POS", "first: a sequence number (120) or a time (10ms)",
                  position(&range.from));
  arguments.Value("--to", "POS", "last, included", position(&range.to));
  arguments.Count("-n,--count", "at most so many events", &range.count);
  arguments.Count("--thread", "only this thread", &thread);
  arguments.Text("--viewer", "NAME", "with a viewer plugin: NAME[:OPTIONS]", &viewer);
  trace.DeclareFilters(arguments);
  arguments.Example("scope replay --from 120 --count 8", "eight events");
  arguments.Example("scope replay --from 10ms -F 'parse*' --json",
                    "for a program, one object a line");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (thread) range.thread = static_cast<uint32_t>(std::min<uint64_t>(*thread, UINT32_MAX));

  const auto reader = trace.Open();
  if (reader == nullptr) return kExitFailure;
  if (!viewer.empty()) return FeedTrace("viewer", viewer, trace.directory, /*follow=*/false);
  if (trace.filtered() && !trace.SelectNodes(*reader, range.nodes)) return kExitFailure;

  Output output(trace.json ? Output::Paging::kNever : Output::Paging::kOnTerminal);
  const auto shown = trace.json ? viewers::ReplayJson(*reader, range, output.sink())
                                : viewers::Replay(*reader, range, {output.paint()}, output.sink());
  if (!shown.ok()) return Fail(kExitFailure, shown.status().message());
  const int exit_code = output.Finish(kExitOk);
  const bool explained = trace.SayDamage(*reader);
  if (*shown > 0 || explained || exit_code != kExitOk) return exit_code;
  return SayNothingShown(*reader, range);
}

}  // namespace scope::tools
