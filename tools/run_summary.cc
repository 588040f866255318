#include "tools/run_summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scope/trace/binary.h"
#include "scope/trace/node_filter.h"
#include "scope/trace/reader.h"
#include "tools/keep_arguments.h"
#include "tools/say.h"
#include "tools/silence_advice.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/loss_text.h"
#include "viewers/terminal/places.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/report.h"
#include "viewers/terminal/status_text.h"
#include "viewers/terminal/thread_table.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

using viewers::Printable;

constexpr size_t kFunctionRows = 8;
constexpr size_t kBusyValues = 2;
// A summary must not take longer than the run: of larger traces only the beginning is counted.
constexpr uint64_t kSummaryEventsMax = 100'000'000;

std::string DirectoryArgument(const std::string& directory) {
  return directory == "scope.data" ? "" : absl::StrCat(" -d ", Printable(directory));
}

std::string BusyText(const trace::TraceReader& reader, const viewers::TraceTotals& totals) {
  const viewers::Places places(reader.nodes());
  std::string text;
  size_t shown = 0;
  for (const viewers::NodeTotal& total : totals.nodes) {
    if (shown == kBusyValues) break;
    if (!trace::IsVariable(*total.node) || total.node->name.empty()) continue;
    absl::StrAppend(&text, shown == 0 ? "  busiest values: " : "  ", Printable(total.node->name),
                    " ", places.Where(*total.node), " (", viewers::CountText(total.count), ")");
    ++shown;
  }
  return text.empty() ? "" : absl::StrCat(text, "\n");
}

std::string NextText(const viewers::TraceTotals& totals, const std::string& directory) {
  std::string text = absl::StrCat("  next: scope replay", directory);
  for (const viewers::NodeTotal& total : totals.nodes) {
    if (!trace::IsVariable(*total.node) || total.node->name.empty()) continue;
    const std::string name = absl::StrCat(Printable(total.node->name), directory);
    absl::StrAppend(&text, " | scope vars ", name, " | scope why ", name);
    break;
  }
  return absl::StrCat(text, " | scope report", directory, "\n");
}

}  // namespace

std::string RunHeadline(const pipeline::RecordResult& result,
                        const pipeline::RecordOptions& options) {
  trace::TraceInfo info;
  info.on_full = static_cast<uint8_t>(options.on_full);
  info.ring_bytes = options.ring_bytes;
  info.limit_reached = result.limit_reached;
  info.failure = result.failure;
  info.dropped_without_ring = result.dropped_without_ring;
  std::string text = absl::StrCat(viewers::CountText(result.events, "event"), ", ",
                                  viewers::LossText(info, result.losses));
  if (result.skipped > 0) {
    absl::StrAppend(&text, ", ", viewers::CountText(result.skipped), " skipped by rule");
  }
  absl::StrAppend(&text, text.find(';') == std::string::npos ? ", " : "; ",
                  viewers::CountText(result.threads, "thread"), ", ");
  if (result.processes > 1) {
    absl::StrAppend(&text, viewers::CountText(result.processes), " processes, ");
  }
  const int64_t recording_ns = std::max<int64_t>(0, result.recording_ns - result.wall_ns);
  absl::StrAppend(&text, viewers::DurationText(result.wall_ns), " (+",
                  viewers::DurationText(recording_ns), " recording), ");
  if (!options.keep.on) {
    absl::StrAppend(&text, viewers::BytesText(result.trace_bytes), " in ",
                    Printable(options.directory));
  } else if (result.snapshots.empty()) {
    absl::StrAppend(&text, "nothing written: no trigger came, and no 'scope snapshot'");
  } else {
    absl::StrAppend(&text, viewers::CountText(result.snapshots.size(), "snapshot"));
  }
  return text;
}

std::string NewestTrace(const pipeline::RecordResult& result,
                        const pipeline::RecordOptions& options) {
  if (!options.keep.on) return options.directory;
  for (size_t i = result.snapshots.size(); i > 0; --i) {
    if (result.snapshots[i - 1].failure.empty()) return result.snapshots[i - 1].directory;
  }
  return "";
}

std::string RunSummary(const pipeline::RecordResult& result, const pipeline::RecordOptions& options,
                       const viewers::Paint& paint) {
  const bool lost = result.dropped + result.torn + result.dropped_without_ring > 0;
  const std::string headline = RunHeadline(result, options);
  std::string text = absl::StrCat("scope: ", lost ? paint.Warn(headline) : headline, "\n",
                                  SnapshotsText(result.snapshots));
  const std::string directory = NewestTrace(result, options);
  if (directory.empty()) return text;
  const auto reader = trace::TraceReader::Open(directory);
  if (!reader.ok())
    return absl::StrCat(text, "scope: ", Printable(reader.status().message()), "\n");
  const auto totals = viewers::CollectTotals(**reader, nullptr, kSummaryEventsMax);
  if (!totals.ok())
    return absl::StrCat(text, "scope: ", Printable(totals.status().message()), "\n");

  const std::string busy = BusyText(**reader, *totals);
  if (!totals->functions.empty()) {
    absl::StrAppend(&text, "\n", viewers::FunctionTable(**reader, *totals, kFunctionRows, paint));
  }
  if (totals->partial) {
    absl::StrAppend(&text, "  counted: the first ", viewers::CountText(totals->events),
                    " events; 'scope report' counts them all\n");
  }
  absl::StrAppend(&text, busy.empty() ? "" : "\n", busy,
                  SilenceAdvice(*totals, result.events, result.trace_bytes),
                  NextText(*totals, DirectoryArgument(directory)));
  return text;
}

std::string RunJson(const pipeline::RecordResult& result, const pipeline::RecordOptions& options) {
  const auto reader = trace::TraceReader::Open(options.directory);
  const std::vector<trace::Thread> none;
  return viewers::JsonObject()
             .Text("directory", options.directory)
             .Number("exit_code", result.exit_code)
             .Number("events", result.events)
             .Number("lost", result.dropped + result.torn + result.dropped_without_ring)
             .Number("dropped", result.dropped)
             .Number("torn", result.torn)
             .Number("skipped", result.skipped)
             .Number("dropped_without_ring", result.dropped_without_ring)
             .Number("processes", result.processes)
             .Number("wall_ns", result.wall_ns)
             .Number("recording_ns", result.recording_ns)
             .Number("bytes", result.trace_bytes)
             .Bool("limit_reached", result.limit_reached)
             .Text("failure", result.failure)
             .Raw("metrics", viewers::MetricsJson(result.metrics))
             .Raw("snapshots", SnapshotsJson(result.snapshots))
             .Bool("instrumented", !result.no_instrumented_code)
             .Raw("threads", viewers::ThreadsJson(reader.ok() ? (*reader)->threads() : none))
             .Str() +
         "\n";
}

std::string NoCodeText(const std::string& program) {
  const auto binary = trace::ReadBinary(program);
  if (binary.ok() && binary->is_static) {
    return absl::StrCat(program,
                        " is statically linked and cannot be recorded. Link it without -static.");
  }
  return absl::StrCat(program,
                      " has no instrumented code. Compile it with 'scope c++' (or -fplugin=scope). "
                      "'scope doctor ",
                      program,
                      "' says more. What it starts is recorded where /dev/shm and libscope_rt.so "
                      "can be reached.");
}

}  // namespace scope::tools
