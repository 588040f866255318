// plugin_feed.h - gives a trace to a sink or viewer, event after event.
//
// Path:    TraceFollower -> THIS -> scope_sink of a plugin
// Threads: one.
// Fails:   absl::Status with what the plugin said.

#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "scope/plugin.h"

namespace scope::tools {

struct FeedOptions {
  std::string directory;
  std::string plugin_options;
  // True: more may be written to the trace. Called when there is nothing new; waits a little.
  std::function<bool()> await_more;
};

// Until the trace is at its end, or the plugin wants no more.
absl::Status FeedPlugin(const scope_sink& sink, const FeedOptions& options);

}  // namespace scope::tools
