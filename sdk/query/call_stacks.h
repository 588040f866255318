// call_stacks.h - who called whom, from entries and exits in order.
//
// Path:    events of kinds with a stamp -> THIS -> calls, callers()
// Threads: one owner.
// Fails:   never; a caller that was entered before the first event is kNoCall.

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"
#include "sdk/query/source.h"

namespace scope::query {

// True at nodes that CallStacks wants to see: entries, exits, and coroutines that give way.
NodeSet StackNodes(const Source& source);

class CallStacks {
 public:
  // `ended`: a call of which no exit was recorded has ended (an exception in foreign code,
  // longjmp).
  explicit CallStacks(std::function<void(uint64_t call)> ended = nullptr)
      : ended_(std::move(ended)) {}

  // Returns the caller of a call that is entered; kNoCall: none, or not known.
  uint64_t Add(const trace::Event& event);

  // The open calls of a thread, outermost first.
  const std::vector<uint64_t>& Open(uint32_t thread);

 private:
  void Cut(std::vector<uint64_t>& stack, size_t depth);

  std::function<void(uint64_t)> ended_;
  std::vector<std::vector<uint64_t>> stacks_;  // by thread
};

struct CallChain {
  uint32_t thread = 0;
  std::vector<uint64_t>
      calls;  // outermost first, the call itself last; empty: no call begins there
};

// The call that begins at `call`, and those around it. `only_parent`: no more than one is needed.
absl::StatusOr<CallChain> CallChainOf(Source& source, uint64_t call, bool only_parent);

}  // namespace scope::query
