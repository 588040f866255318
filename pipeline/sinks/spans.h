// spans.h - calls as spans, as OpenTelemetry sees them.
//
// Path:    events of a trace -> THIS -> otlp
// Threads: one owner.
// Fails:   never. A call whose end is not in the trace ends with the next event that shows it.

#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "scope/plugin.h"

namespace scope::sinks {

struct Span {
  uint64_t call = 0;                // seq of its Enter
  uint64_t parent = SCOPE_NO_CALL;  // of the call around it
  uint32_t thread = 0;
  uint32_t node = 0;  // of its Enter
  int64_t begin_ns = 0;
  int64_t end_ns = 0;
  bool is_unwound = false;  // left by an exception
  bool has_exit = false;
};

class Spans {
 public:
  // Appends the calls that have ended by this event.
  void Add(const scope_event_info& event, scope_event_kind kind, std::vector<Span>& ended);
  // And those that are still open.
  void End(std::vector<Span>& ended);

 private:
  void PopTo(size_t depth, int64_t now_ns, std::vector<Span>& open, std::vector<Span>& ended);

  std::unordered_map<uint32_t, std::vector<Span>> open_;  // by thread
  int64_t now_ns_ = 0;
};

}  // namespace scope::sinks
