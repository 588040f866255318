#include "tools/keep_arguments.h"

#include <signal.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tools/nearest.h"
#include "tools/quantity.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/units.h"

namespace scope::tools {
namespace {

// A window must hold at least one block of events.
constexpr uint64_t kBytesMin = uint64_t{1} << 20;
constexpr uint64_t kBytesDefault = uint64_t{256} << 20;
constexpr size_t kTriggersMax = 64;

absl::Status TakeWindow(const std::string& text, pipeline::KeepOptions& keep) {
  keep.on = true;
  std::string time;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(text, ','))) {
    if (const auto ns = ParseDurationNs(part); ns.ok() && *ns > 0) {
      keep.ns = *ns;
      time = part;
    } else if (const auto bytes = ParseSize(part); bytes.ok()) {
      keep.bytes = *bytes;
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("'", text, "' is no window, such as 10s, 64M or 10s,64M"));
    }
  }
  if (keep.bytes == 0) keep.bytes = kBytesDefault;
  if (keep.bytes < kBytesMin) {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is too small: at least 1M"));
  }
  const std::string size = viewers::SizeArgument(keep.bytes);
  keep.text = time.empty() ? size : absl::StrCat(time, ", at most ", size);
  return absl::OkStatus();
}

absl::Status TakeSlow(const std::string& text, pipeline::KeepOptions& keep) {
  const size_t split = text.rfind('>');
  const auto ns = split == std::string::npos || split == 0
                      ? absl::InvalidArgumentError("")
                      : ParseDurationNs(text.substr(split + 1));
  if (!ns.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'slow:", text, "' is no trigger: write slow:FUNCTION>10ms"));
  }
  keep.slow.push_back(
      {.text = text, .function_glob = text.substr(0, split), .longer_than_ns = *ns});
  return absl::OkStatus();
}

absl::Status TakeSignal(absl::string_view name, pipeline::KeepOptions& keep) {
  absl::ConsumePrefix(&name, "SIG");
  if (name != "USR1" && name != "USR2") {
    return absl::InvalidArgumentError(
        absl::StrCat("'signal:", name, "' is no trigger: USR1 and USR2 are free to use"));
  }
  keep.signal = name == "USR1" ? SIGUSR1 : SIGUSR2;
  return absl::OkStatus();
}

absl::Status TakeTrigger(const std::string& text, pipeline::KeepOptions& keep) {
  absl::string_view rest = text;
  if (keep.node_globs.size() + keep.slow.size() == kTriggersMax) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kTriggersMax, " triggers"));
  }
  if (text == "exit") {
    keep.at_exit = true;
  } else if (text == "exception") {
    keep.at_exception = true;
  } else if (absl::ConsumePrefix(&rest, "signal:")) {
    return TakeSignal(rest, keep);
  } else if (absl::ConsumePrefix(&rest, "node:") && !rest.empty()) {
    keep.node_globs.emplace_back(rest);
  } else if (absl::ConsumePrefix(&rest, "slow:")) {
    return TakeSlow(std::string(rest), keep);
  } else {
    const std::vector<std::string> known = {"exit", "exception", "signal:USR1", "node:GLOB",
                                            "slow:FUNCTION>10ms"};
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is none of exit, exception, ",
                                                   "signal:USR1, node:GLOB, slow:FUNCTION>10ms",
                                                   DidYouMean(text, known)));
  }
  return absl::OkStatus();
}

}  // namespace

void DeclareKeep(Arguments& arguments, pipeline::KeepOptions* keep) {
  arguments.Value("--keep", "WINDOW", "only the newest, in memory: 10s, 64M; 'scope snapshot'",
                  [keep](const std::string& text) { return TakeWindow(text, *keep); });
  arguments.Value("--trigger", "WHAT", "",
                  [keep](const std::string& text) { return TakeTrigger(text, *keep); });
  arguments.Value("--snapshots", "N", "", [keep](const std::string& text) {
    const auto count = ParseCount(text);
    if (!count.ok()) return count.status();
    keep->snapshots = static_cast<uint32_t>(std::min<uint64_t>(*count, UINT32_MAX));
    return absl::OkStatus();
  });
}

absl::Status CheckKeep(const pipeline::RecordOptions& options) {
  const pipeline::KeepOptions& keep = options.keep;
  if (!keep.on) {
    if (keep.LooksAtEvents() || keep.at_exit || keep.signal != 0) {
      return absl::InvalidArgumentError("--trigger writes out what --keep holds: give both");
    }
    if (keep.snapshots.has_value()) {
      return absl::InvalidArgumentError("--snapshots limits what --keep writes out: give both");
    }
    return absl::OkStatus();
  }
  if (options.limit_bytes != 0) {
    return absl::InvalidArgumentError("--limit is for a whole trace: --keep 64M bounds a window");
  }
  if (!keep.slow.empty() && options.clock == kScopeClockOff) {
    return absl::InvalidArgumentError("--trigger slow needs times: not with --clock off");
  }
  return absl::OkStatus();
}

std::string SnapshotsText(const std::vector<pipeline::WrittenSnapshot>& snapshots) {
  std::string text;
  for (const pipeline::WrittenSnapshot& snapshot : snapshots) {
    absl::StrAppend(&text, "scope: snapshot ", snapshot.number, ": ",
                    viewers::CountText(snapshot.events, "event"), ", ",
                    viewers::DurationText(snapshot.span_ns), " in ",
                    viewers::Printable(snapshot.directory), " (",
                    viewers::Printable(snapshot.cause), ")\n");
  }
  return text;
}

std::string SnapshotsJson(const std::vector<pipeline::WrittenSnapshot>& snapshots) {
  viewers::JsonArray array;
  for (const pipeline::WrittenSnapshot& snapshot : snapshots) {
    array.Add(viewers::JsonObject()
                  .Number("snapshot", snapshot.number)
                  .Text("directory", snapshot.directory)
                  .Text("cause", snapshot.cause)
                  .Number("events", snapshot.events)
                  .Number("span_ns", snapshot.span_ns)
                  .Number("bytes", snapshot.trace_bytes)
                  .Text("failure", snapshot.failure)
                  .Str());
  }
  return array.Str();
}

}  // namespace scope::tools
