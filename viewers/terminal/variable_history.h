// variable_history.h - what is known about all values that a variable had.
//
// Path:    events of a variable's nodes, in order -> THIS -> variable_text.h
// Threads: one owner.
// Fails:   never.

#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "scope/trace/node_filter.h"
#include "scope/trace/reader.h"
#include "viewers/terminal/sparkline.h"

namespace scope::viewers {

// An event that outlives its visit.
class KeptValue {
 public:
  KeptValue() = default;
  KeptValue(const KeptValue& other) { Keep(other.event_); }
  KeptValue& operator=(const KeptValue& other) {
    if (this != &other) Keep(other.event_);
    return *this;
  }
  void Keep(const trace::Event& event) {
    bytes_.assign(event.bytes.data(), event.bytes.size());
    event_ = event;
    event_.bytes = bytes_;
  }
  const trace::Event& event() const { return event_; }
  bool Holds(const trace::Event& event) const {
    return event_.bits == event.bits && event_.bytes == event.bytes;
  }

 private:
  std::string bytes_;
  trace::Event event_;
};

// A variable is a name in a function: its parameter, initialisation, assignments and steps
// together.
struct VariableHistory {
  struct Place {
    const trace::Node* node = nullptr;
    uint64_t count = 0;
  };
  std::vector<Place> places;  // in source order, those without events too; never empty
  uint64_t count = 0;
  uint64_t lost_max = 0;  // events dropped in the threads that wrote it: some may have been its own
  uint64_t skipped = 0;   // by --sample or --rate; 0: every value was stored
  uint64_t changes = 0;   // values that differ from the one before
  uint64_t nan_count = 0;
  uint64_t first_seq = 0;
  uint64_t last_seq = 0;
  KeptValue first;
  KeptValue last;
  KeptValue min;  // of what is no NaN; only if `has_range`
  KeptValue max;
  bool has_range = false;
  std::set<uint32_t> threads;
  Sparkline curve;

  // The most specific node to speak of: the one with most values.
  const trace::Node& main_node() const;
  void Add(const trace::Event& event);
};

// What to look for: NAME, or NAME@FILE:LINE, or NAME@FILE. NAME is a glob; FILE is the end of a
// path or a glob.
using trace::VariablePattern;

// By node number: the nodes of variables that match, among `among` (empty: all).
std::vector<bool> MatchingNodes(const trace::TraceReader& reader, const VariablePattern& pattern,
                                const std::vector<bool>& among);

// In the order of their first place in the source. A variable that was never written has count 0.
absl::StatusOr<std::vector<VariableHistory>> CollectHistories(trace::TraceReader& reader,
                                                              const std::vector<bool>& nodes);

}  // namespace scope::viewers
