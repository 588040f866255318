// selection.h - which nodes the user wants, and how many of their events.
//
// Path:    -F, -V, --sample, --rate and later changes -> THIS -> switch_plan.h
// Threads: one at a time.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "pipeline/meter_change.h"
#include "pipeline/meters.h"
#include "scope/trace/binary.h"
#include "scope/trace/node_filter.h"

namespace scope::pipeline {

// Nodes that are switched while the program runs: those that the globs name, as -F and -V do, and
// those with these ids. Without either: all. With `meter`: those that it names, and nothing else
// counts.
struct NodeChange {
  std::vector<std::string> function_globs;
  std::vector<std::string> variable_globs;
  std::vector<uint64_t> node_ids;
  bool on = false;
  std::optional<MeterChange> meter;
};

// What is wanted of a node.
struct NodeState {
  bool on = false;
  MeterRule rule;
  bool of_function = false;  // The rule was given to its function.
};

class ChangedNodes {
 public:
  explicit ChangedNodes(const NodeChange& change);
  bool Has(const trace::Node& node) const;
  // To a node that it has.
  void ApplyTo(const trace::Node& node, NodeState& state) const;

 private:
  trace::NodeFilter filter_;
  absl::flat_hash_set<uint64_t> node_ids_;
  bool by_filter_;
  bool on_;
  std::optional<MeterChange> meter_;
};

class Selection {
 public:
  // `starts_off`: nothing is wanted until a change says so.
  Selection(std::vector<std::string> function_globs, std::vector<std::string> variable_globs,
            bool starts_off = false)
      : filter_(std::move(function_globs), std::move(variable_globs)), starts_off_(starts_off) {}

  // From now on; the newest change that names a node decides.
  void Apply(const NodeChange& change) { changes_.emplace_back(change); }
  void TakeBackLast() { changes_.pop_back(); }

  NodeState StateOf(const trace::Node& node) const;

 private:
  trace::NodeFilter filter_;
  bool starts_off_;
  std::vector<ChangedNodes> changes_;
};

}  // namespace scope::pipeline
