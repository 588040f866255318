// scope/analysis/diff.h - where two traces part: values, calls, times, nodes and threads.
//
// Path:    two TraceReaders, also of different builds -> THIS -> scope diff
// Threads: one; it reads in two of its own.
// Fails:   absl::Status of the readers.
//
// Nodes are matched by id, what changed by scope/trace/node_changes.h; threads by name and order.
// The values of a node are compared one by one, in each thread. Both traces are read side by side,
// once. What waits for its counterpart is bounded, and a node whose values are too far apart to be
// held is said to be `unfinished`.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/reader.h"

namespace scope::analysis {

struct DiffOptions {
  // By node number; empty: all. Nodes that are left out are not compared.
  std::vector<bool> among_a;
  std::vector<bool> among_b;
};

struct DiffSide {
  const trace::Node* node = nullptr;
  uint32_t thread = 0;
  uint64_t seq = 0;
  std::string value;
};

// The first value of a node, in one thread, that is not the same.
struct ValueDifference {
  uint64_t occurrence = 0;  // from 0, in the thread
  DiffSide a;
  DiffSide b;
};

struct FunctionDifference {
  const trace::Function* a = nullptr;  // null: the other trace's program does not have it
  const trace::Function* b = nullptr;
  uint64_t calls_a = 0;
  uint64_t calls_b = 0;
  int64_t total_ns_a = 0;  // of the calls that ended; a call inside of one counts in both
  int64_t total_ns_b = 0;
  int64_t median_ns_a = 0;  // within 3%
  int64_t median_ns_b = 0;
};

// How many values a node has, where the two are not equally many.
struct CountDifference {
  const trace::Node* a = nullptr;
  const trace::Node* b = nullptr;
  uint64_t count_a = 0;
  uint64_t count_b = 0;
};

struct Diff {
  bool same = false;                          // values, counts and calls are; times never decide
  std::vector<ValueDifference> values;        // each node's first, by their places in A
  std::vector<CountDifference> counts;        // in the order of A's nodes
  std::vector<FunctionDifference> functions;  // of both; the largest change of time first
  std::vector<CountDifference> only_a;  // nodes that the other build does not have, with values
  std::vector<CountDifference> only_b;
  std::vector<std::pair<uint32_t, uint32_t>> threads;  // numbers in A and B
  std::vector<uint32_t> threads_only_a;
  std::vector<uint32_t> threads_only_b;
  uint64_t compared = 0;    // values
  uint64_t moved = 0;       // nodes at another place, same id
  uint64_t changed = 0;     // nodes with another id that were taken for the same
  uint64_t unfinished = 0;  // nodes whose values were too far apart
  uint64_t losses_a = 0;    // events that are missing: they shift what is compared
  uint64_t losses_b = 0;
};

absl::StatusOr<Diff> CompareTraces(trace::TraceReader& a, trace::TraceReader& b,
                                   const DiffOptions& options);

}  // namespace scope::analysis
