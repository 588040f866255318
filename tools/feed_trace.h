// feed_trace.h - a whole trace for one plugin.
//
// Path:  replay --viewer, feed -> THIS -> plugin_feed
// Fails: returns the exit code, and has said why.

#pragma once

#include <string>

namespace scope::tools {

// `kind`: "sink" or "viewer". `request`: NAME[:OPTIONS].
int FeedTrace(const std::string& kind, const std::string& request, const std::string& directory,
              bool follow);

}  // namespace scope::tools
