// selection.h - which nodes the user wants, as switches.
//
// Path:    -F and -V globs, later changes, facts about a module's nodes -> THIS -> switch image
// Threads: one at a time.

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "scope/trace/binary.h"
#include "scope/trace/node_filter.h"

namespace scope::pipeline {

// Nodes that are switched while the program runs: those that the globs name, as -F and -V do, and
// those with these ids. Without either: all.
struct NodeChange {
  std::vector<std::string> function_globs;
  std::vector<std::string> variable_globs;
  std::vector<uint64_t> node_ids;
  bool on = false;
};

class ChangedNodes {
 public:
  explicit ChangedNodes(const NodeChange& change);
  bool Has(const trace::Node& node) const;
  bool on() const { return on_; }

 private:
  trace::NodeFilter filter_;
  absl::flat_hash_set<uint64_t> node_ids_;
  bool by_filter_;
  bool on_;
};

class Selection {
 public:
  // `starts_off`: nothing is wanted until a change says so.
  Selection(std::vector<std::string> function_globs, std::vector<std::string> variable_globs,
            bool starts_off = false)
      : filter_(std::move(function_globs), std::move(variable_globs)), starts_off_(starts_off) {}

  // From now on; the newest change that names a node decides.
  void Apply(const NodeChange& change) { changes_.emplace_back(change); }

  // A byte for each byte of the section: SCOPE_SWITCH_ON where a wanted node's switch is.
  std::string MakeSwitches(absl::string_view nodes_image,
                           const std::vector<trace::NodePlace>& places,
                           const trace::NodeFacts& facts) const;

 private:
  bool Wants(const trace::Node& node) const;

  trace::NodeFilter filter_;
  bool starts_off_;
  std::vector<ChangedNodes> changes_;
};

}  // namespace scope::pipeline
