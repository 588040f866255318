// calls.h - which call of its thread an event belongs to.
//
// Path:    a thread's events in order -> THIS -> Event.call, depth, unwound, abandoned
// Threads: one for each thread of the program. Coroutines is shared by those of a process, because
//          a coroutine may give way in one thread and go on in another.

#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scope/trace/reader.h"

namespace scope::trace {

// An assignment that was begun (docs/decisions/0006-an-assignment-reserves-its-number.md).
struct Reservation {
  uint64_t call;
  uint64_t of;  // id of the assignment
  uint64_t seq;
};

// Calls of coroutines that have given way, by the addresses of their frames.
struct Coroutines {
  struct Waiting {
    uint64_t call;
    uint32_t function;
    std::vector<Reservation> reservations;
  };
  absl::flat_hash_map<uint64_t, Waiting> by_frame;
};

class Calls {
 public:
  struct Place {
    uint64_t call = kNoCall;
    uint32_t depth = 0;
    uint32_t unwound = 0;
    bool destroyed = false;  // Exit: of a coroutine that had given way
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
      return {stack_.back().seq, static_cast<uint32_t>(stack_.size() - 1)};
    }
    return InsideOuter(function, by_hand);
  }

  // The innermost call of `function`, a coroutine with its frame at `frame`, leaves this thread.
  Place Suspend(uint32_t function, uint64_t frame, Coroutines& coroutines);
  // It comes back, perhaps in another thread; or it is destroyed.
  Place Resume(uint32_t function, uint64_t frame, bool destroys, Coroutines& coroutines);

  // The innermost call begins the assignment `of`.
  void Reserve(uint64_t of, uint64_t seq);
  // It is done. Returns the seq of its Reserve, kNoSeq: there was none.
  uint64_t Complete(uint64_t of);
  // An exception has ended in the innermost call: what it had begun is given up.
  void Catch() { Abandon(); }

  bool has_reservations() const { return !reservations_.empty(); }
  // Seqs of what was given up since they were taken last.
  bool has_abandoned() const { return !abandoned_.empty(); }
  std::vector<uint64_t> TakeAbandoned() { return std::exchange(abandoned_, {}); }

  // Events are missing here: a call that was open may have ended there, which is no unwinding.
  void Gap() { uncertain_ = stack_.size(); }

  size_t depth() const { return stack_.size(); }
  // The open calls, the outermost first: for the end of the trace.
  template <typename Visit>
  void ForEachOpen(Visit visit) const {
    for (const Call& call : stack_) visit(call.seq);
  }

 private:
  struct Call {
    uint64_t seq;
    uint32_t function;
    bool by_hand = false;
    bool destroyed = false;
  };

  Place InsideOuter(uint32_t function, bool by_hand);
  bool IsOpen(uint32_t function) const;
  bool IsAroundStretches(uint32_t function) const;
  void Push(const Call& call);
  // Closes the calls inside of the innermost call of `function`. Returns how many were unwound.
  uint32_t CloseInner(uint32_t function);
  void Pop();
  void Abandon();

  std::vector<Call> stack_;
  std::vector<uint32_t> open_;  // calls of a function on the stack
  std::vector<Reservation> reservations_;
  std::vector<uint64_t> abandoned_;
  size_t uncertain_ = 0;  // calls below were open when events went missing
};

}  // namespace scope::trace
