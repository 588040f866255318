// event_json.h - one event as one line of JSON.
//
// Path:    TraceReader::ForEach -> THIS -> replay --json, vars --all --json
// Threads: one owner; it keeps the constant part of each node's text.
// Fails:   never.

#pragma once

#include <string>
#include <vector>

#include "scope/trace/reader.h"

namespace scope::viewers {

// Keys: seq, thread, thread_seq, time_ns, order, node, kind, file, line, col, function, name,
// value, call; an exit also has how; an enumeration has
// value_name, if the value has one; a wide value that is not whole has `truncated` and
// `whole_bytes`; `unwound` where calls ended without an exit. A gap has kind
// "gap", count and reason; its node, name and value are null.
class EventJson {
 public:
  // Without a newline.
  std::string Line(const trace::Event& event);

 private:
  std::vector<std::string> node_members_;  // by node number; empty: not yet made
};

}  // namespace scope::viewers
