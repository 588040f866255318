// scope/analysis/why.h - where a recorded value came from: the recorded values that made it.
//
// Path:    TraceReader, its CodeGraph -> THIS -> scope why, viewers, programs of your own
// Threads: one reader, one thread.
// Fails:   absl::Status of the reader. What was not recorded is a hop that says so, never a guess.
//
// The trace is read backwards once, a window at a time, from the value that is asked for: memory
// does not grow with its length. docs/why.md says what is known and what is not.

#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"

namespace scope::analysis {

struct WhyOptions {
  uint32_t depth = 20;      // hops from the value that is asked for
  uint32_t hops_max = 500;  // in all; further ones are left out and `cut` says where
};

inline constexpr size_t kNoHop = std::numeric_limits<size_t>::max();

// One value in the chain.
struct Hop {
  enum class How {
    kAsked,
    kValue,     // the value before was computed from it, in the same call
    kArgument,  // passed to the parameter before
    kReturned,  // returned by a call into the value before
    kObject,    // stored to the object, elsewhere, from which the value before was taken
    kThrown,    // the exception that was caught
    kDecided    // a condition: without it the value before had not come about
  };

  How how = How::kAsked;
  size_t parent = kNoHop;        // the hop that it explains
  std::vector<size_t> children;  // what explains it, as the source has it
  bool is_known = false;         // false: there is no event, and `remark` says why
  trace::Event event;            // valid as long as this struct; read it with AsEvent()
  std::string bytes;             // of a wide value
  std::string text;              // the node's source text
  std::string call_text;         // of an argument: the call, and where it stands
  std::string call_file;
  uint32_t call_line = 0;
  bool perhaps = false;  // it may have been another one, `remark` says why
  std::string remark;    // a sentence without its full stop; empty: nothing to say
  uint64_t more = 0;     // it stands for so many events of `event.node`, the last of which it is
  bool more_are_calls = false;  // each in a call of its own, not in turns of one
  size_t same_as = kNoHop;      // it was explained there
  bool cut = false;             // it was not followed: see WhyOptions

  trace::Event AsEvent() const {
    trace::Event copy = event;
    copy.bytes = bytes;
    return copy;
  }
};

// The hop [0] is what was asked for; parents come before their children.
struct Why {
  std::vector<Hop> hops;
};

// `asked`: an event of `reader` that is no gap.
absl::StatusOr<Why> ExplainValue(trace::TraceReader& reader, const trace::Event& asked,
                                 const WhyOptions& options);

}  // namespace scope::analysis
