// scope/analysis/check.h - what must hold in a trace: "calls(f) = calls(g)", "x never decreases".
//
// Path:    text -> ParseCheck -> THIS -> RunChecks over a TraceReader -> scope check
// Threads: one reader, one thread.
// Fails:   InvalidArgument with the column; NotFound that names the variable or function.
//
// The trace is read once for all checks; memory grows with the threads and the calls that are open,
// not with the events. docs/check.md has the grammar.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "scope/trace/reader.h"

namespace scope::analysis {

struct CheckTerm {
  enum class Kind {
    kNumber,
    kText,        // compared with text and enumerators
    kVariable,    // each of its values
    kDuration,    // of each call of a function, in ns
    kCalls,       // how many calls of a function
    kExceptions,  // how many of them were left by an exception
    kLosses,      // how many events are missing
    kMin,         // of a variable or duration; each of the following, too
    kMax,
    kMean,
    kSum,
    kCount,
    kFirst,
    kLast,
    kChanges
  };
  Kind kind = Kind::kNumber;
  std::string name;          // of the variable (NAME@FILE:LINE) or the function (a glob); the text
  bool of_duration = false;  // kMin ...: of the durations of `name`
  long double number = 0;    // kNumber; times in ns
  std::string text;          // as it was written
};

struct Check {
  enum class Kind { kCompare, kNeverDecreases, kNeverIncreases, kNeverChanges, kNoLosses };
  enum class Quantifier { kAlways, kNever, kEventually };
  enum class Operator { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };

  Kind kind = Kind::kCompare;
  Quantifier quantifier = Quantifier::kAlways;
  Operator op = Operator::kEqual;
  CheckTerm left;
  CheckTerm right;
  bool per_call = false;  // never decreases ...: within each call, not across them
  std::string text;       // as it was written
};

// InvalidArgument: "column 7: ..., one of ...".
absl::StatusOr<Check> ParseCheck(absl::string_view text);

struct CheckResult {
  bool holds = false;
  uint64_t values = 0;       // that were looked at; counts and losses are one
  bool has_example = false;  // there is an event that shows that it does not hold
  trace::Event event;        // without its bytes
  std::string value;         // of `event`, or of the left side
  std::string other;         // what it was compared with: the right side, or the value before
  uint64_t other_seq = trace::kNoSeq;  // where that is an event's
};

struct CheckReport {
  std::vector<CheckResult> results;  // by check
  uint64_t losses = 0;               // events that are missing in the trace
  bool complete = false;             // nothing is missing, and the recording ended as it should
};

// NotFound: a variable or function that the trace does not know; the message names it.
absl::StatusOr<CheckReport> RunChecks(trace::TraceReader& reader, const std::vector<Check>& checks);

}  // namespace scope::analysis
