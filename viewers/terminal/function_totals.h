// function_totals.h - how often each function was called, and where the time went.
//
// Path:    events in global order -> THIS -> report, the summary of run
// Threads: one owner.
// Fails:   never; an exit whose entry is missing is left out, an entry whose exit is missing ends
//          with its caller, or with the trace.

#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "scope/trace/reader.h"

namespace scope::viewers {

// The id, and which of a template's instances it is.
using FunctionKey = std::pair<uint64_t, uint64_t>;
inline FunctionKey KeyOf(const trace::Node& node) {
  return {node.function_id, node.function->instance};
}

struct FunctionTotal {
  uint64_t id = 0;
  const trace::Function* function = nullptr;
  uint64_t calls = 0;
  int64_t total_ns = 0;  // from entry to exit; a recursive call inside another counts once
  int64_t self_ns = 0;   // without the time in instrumented functions that it called
  uint64_t unwound = 0;  // calls left by an exception or by longjmp
};

class FunctionTotals {
 public:
  void Add(const trace::Event& event);
  // Ends the calls that are still open, each at its thread's last time. Call once, after the
  // events.
  void Finish();

  // Sorted: most self time first, then most calls, then by name.
  std::vector<FunctionTotal> Sorted() const;

 private:
  struct Frame {
    uint64_t call;
    FunctionKey function;
    int64_t start_ns;
    int64_t callees_ns;
  };
  struct ThreadState {
    std::vector<Frame> frames;
    std::map<FunctionKey, uint32_t> active;  // calls of a function that are open
    int64_t last_ns = 0;
  };

  void Enter(ThreadState& thread, const trace::Event& event);
  void Exit(ThreadState& thread, const trace::Event& event);
  void EndInnermost(ThreadState& thread, int64_t time_ns, bool unwound);

  std::map<FunctionKey, FunctionTotal> totals_;
  std::map<uint32_t, ThreadState> threads_;
};

}  // namespace scope::viewers
