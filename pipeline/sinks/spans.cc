#include "pipeline/sinks/spans.h"

#include <algorithm>

namespace scope::sinks {

void Spans::Add(const scope_event_info& event, scope_event_kind kind, std::vector<Span>& ended) {
  now_ns_ = std::max(now_ns_, event.time_ns);
  std::vector<Span>& open = open_[event.thread];
  if (kind == kScopeEventEnter) {
    PopTo(event.depth, event.time_ns, open, ended);
    Span span;
    span.call = event.seq;
    span.parent = open.empty() ? SCOPE_NO_CALL : open.back().call;
    span.thread = event.thread;
    span.node = event.node;
    span.begin_ns = event.time_ns;
    open.push_back(span);
    return;
  }
  if (kind != kScopeEventExit) return;
  const auto call = std::find_if(open.rbegin(), open.rend(),
                                 [&](const Span& span) { return span.call == event.call; });
  if (call == open.rend()) return;  // it began before the trace
  PopTo(static_cast<size_t>(open.rend() - call), event.time_ns, open, ended);
  Span span = open.back();
  open.pop_back();
  span.end_ns = event.time_ns;
  span.has_exit = true;
  span.is_unwound = event.how == kScopeExitUnwind;
  ended.push_back(span);
}

void Spans::End(std::vector<Span>& ended) {
  for (auto& [thread, open] : open_) PopTo(0, now_ns_, open, ended);
}

// Calls that were left without an exit: longjmp, or lost events.
void Spans::PopTo(size_t depth, int64_t now_ns, std::vector<Span>& open, std::vector<Span>& ended) {
  while (open.size() > depth) {
    open.back().end_ns = now_ns;
    ended.push_back(open.back());
    open.pop_back();
  }
}

}  // namespace scope::sinks
