#include "viewers/terminal/function_totals.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace scope::viewers {

void FunctionTotals::Add(const trace::Event& event) {
  ThreadState& thread = threads_[event.thread];
  thread.last_ns = std::max(thread.last_ns, event.time_ns);
  for (uint32_t i = 0; i < event.unwound && !thread.frames.empty(); ++i) {
    EndInnermost(thread, event.time_ns, true);
  }
  if (event.node == nullptr) return;
  if (event.node->kind == kScopeEventEnter) Enter(thread, event);
  if (event.node->kind == kScopeEventExit) Exit(thread, event);
}

void FunctionTotals::Enter(ThreadState& thread, const trace::Event& event) {
  // Events may be missing: the depth says how many of the open calls still are.
  while (thread.frames.size() > event.depth) EndInnermost(thread, event.time_ns, false);
  const FunctionKey key = KeyOf(*event.node);
  FunctionTotal& total = totals_[key];
  total.id = event.node->function_id;
  total.function = event.node->function;
  ++total.calls;
  ++thread.active[key];
  thread.frames.push_back({event.seq, key, event.time_ns, 0});
}

void FunctionTotals::Exit(ThreadState& thread, const trace::Event& event) {
  const auto entered = std::find_if(thread.frames.rbegin(), thread.frames.rend(),
                                    [&](const Frame& frame) { return frame.call == event.call; });
  if (entered == thread.frames.rend()) return;
  while (thread.frames.back().call != event.call) EndInnermost(thread, event.time_ns, false);
  EndInnermost(thread, event.time_ns, event.exit_how == kScopeExitUnwind);
}

void FunctionTotals::EndInnermost(ThreadState& thread, int64_t time_ns, bool unwound) {
  const Frame frame = thread.frames.back();
  thread.frames.pop_back();
  FunctionTotal& total = totals_[frame.function];
  const int64_t duration_ns = std::max<int64_t>(0, time_ns - frame.start_ns);
  if (--thread.active[frame.function] == 0) total.total_ns += duration_ns;
  total.self_ns += std::max<int64_t>(0, duration_ns - frame.callees_ns);
  total.unwound += unwound ? 1 : 0;
  if (!thread.frames.empty()) thread.frames.back().callees_ns += duration_ns;
}

void FunctionTotals::Finish() {
  for (auto& [number, thread] : threads_) {
    while (!thread.frames.empty()) EndInnermost(thread, thread.last_ns, false);
  }
}

std::vector<FunctionTotal> FunctionTotals::Sorted() const {
  std::vector<FunctionTotal> sorted;
  sorted.reserve(totals_.size());
  for (const auto& [id, total] : totals_) sorted.push_back(total);
  const auto key = [](const FunctionTotal& total) {
    return std::make_tuple(-total.self_ns, ~total.calls, std::cref(total.function->name), total.id);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const FunctionTotal& a, const FunctionTotal& b) { return key(a) < key(b); });
  return sorted;
}

}  // namespace scope::viewers
