// scope feed: a trace for a sink, again or while it is written.

#include <poll.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "scope/trace/reader.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"
#include "tools/feed_trace.h"
#include "tools/plugin_feed.h"
#include "tools/plugin_files.h"
#include "tools/say.h"
#include "tools/verbs.h"

namespace scope::tools {
namespace {

constexpr int kLookAgainMs = 10;

// Whoever records holds the other end of our standard input. At its end, one more look.
class Recorder {
 public:
  bool AwaitMore() {
    if (is_gone_) return false;
    pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (poll(&input, 1, kLookAgainMs) == 0) return true;
    char byte;
    is_gone_ = read(STDIN_FILENO, &byte, 1) <= 0;
    return true;
  }

 private:
  bool is_gone_ = false;
};

}  // namespace

int FeedTrace(const std::string& kind, const std::string& request, const std::string& directory,
              bool follow) {
  const PluginRequest plugin = ParsePluginRequest(request);
  const auto path = FindPlugin(kind, plugin.name);
  if (!path.ok()) return Fail(kExitFailure, path.status().message());
  const auto sink = OpenSink(kind, *path);
  if (!sink.ok()) return Fail(kExitFailure, sink.status().message());
  Recorder recorder;
  FeedOptions options = {
      .directory = directory, .plugin_options = plugin.options, .await_more = nullptr};
  if (follow) options.await_more = [&] { return recorder.AwaitMore(); };
  const absl::Status status = FeedPlugin(**sink, options);
  if (status.ok()) return kExitOk;
  return Fail(kExitFailure, absl::StrCat(kind, " ", plugin.name, ": ", status.message()));
}

int Feed(const Words& args) {
  std::string directory = "scope.data";
  std::string sink;
  std::string viewer;
  bool follow = false;
  Arguments arguments("feed", "feed --sink NAME[:OPTIONS] [-d DIR]",
                      "Gives the events of a trace, in their order, to a sink or a viewer.");
  arguments.Text("-d,--dir", "DIR", "the trace (scope.data)", &directory);
  arguments.Text("--sink", "NAME", "and what it is to know: csv:out.csv", &sink);
  arguments.Text("--viewer", "NAME", "a viewer instead", &viewer);
  arguments.Flag("--follow", "until standard input ends: the trace is still written", &follow);
  arguments.Example("scope feed --sink csv:events.csv", "a recording that was made before");
  arguments.Example("scope plugins", "which there are");
  if (const auto exit_code = arguments.Parse(args)) return *exit_code;
  if (sink.empty() == viewer.empty()) {
    return Fail(kExitUsage, "feed: which? '--sink NAME' or '--viewer NAME'");
  }
  if (!follow) {
    const auto reader = trace::TraceReader::Open(directory);
    if (!reader.ok()) return Fail(kExitFailure, reader.status().message());
  }
  return viewer.empty() ? FeedTrace("sink", sink, directory, follow)
                        : FeedTrace("viewer", viewer, directory, follow);
}

}  // namespace scope::tools
