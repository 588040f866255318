// calls.h - which call of its thread an event belongs to.
//
// Path:    a thread's events in order -> THIS -> Event.call, depth, unwound
// Threads: one for each thread of the program.

#pragma once

#include <cstdint>
#include <vector>

#include "scope/trace/reader.h"

namespace scope::trace {

class Calls {
 public:
  struct Place {
    uint64_t call = kNoCall;
    uint32_t depth = 0;
    uint32_t unwound = 0;
  };

  // `function`: a small number, the same for every node of a function.
  // `by_hand`: perhaps a stretch of another function, whose events then belong to the stretch.
  Place Enter(uint32_t function, uint64_t seq, bool by_hand = false);
  Place Exit(uint32_t function);
  // An event inside of `function`. When that is not the innermost call, but is open further out,
  // the calls inside of it have ended without an Exit (longjmp).
  // What is reported by hand belongs to the innermost call, whoever made it.
  Place Inside(uint32_t function, bool by_hand = false) {
    if (!stack_.empty() && stack_.back().function == function) [[likely]] {
      return {stack_.back().seq, static_cast<uint32_t>(stack_.size() - 1), 0};
    }
    return InsideOuter(function, by_hand);
  }

  // Events are missing here: a call that was open may have ended there, which is no unwinding.
  void Gap() { uncertain_ = stack_.size(); }

 private:
  struct Call {
    uint64_t seq;
    uint32_t function;
    bool by_hand;
  };

  Place InsideOuter(uint32_t function, bool by_hand);
  bool IsOpen(uint32_t function) const;
  bool IsAroundStretches(uint32_t function) const;
  // Closes the calls inside of the innermost call of `function`. Returns how many were unwound.
  uint32_t CloseInner(uint32_t function);
  void Pop();

  std::vector<Call> stack_;
  std::vector<uint32_t> open_;  // calls of a function on the stack
  size_t uncertain_ = 0;        // calls below were open when events went missing
};

}  // namespace scope::trace
