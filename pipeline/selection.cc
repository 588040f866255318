#include "pipeline/selection.h"

namespace scope::pipeline {

ChangedNodes::ChangedNodes(const NodeChange& change)
    : filter_(change.function_globs, change.variable_globs),
      node_ids_(change.node_ids.begin(), change.node_ids.end()),
      by_filter_(!filter_.wants_all() || node_ids_.empty()),
      on_(change.on) {}

bool ChangedNodes::Has(const trace::Node& node) const {
  return (by_filter_ && filter_.Wants(node)) || node_ids_.contains(node.id);
}

bool Selection::Wants(const trace::Node& node) const {
  for (size_t i = changes_.size(); i > 0; --i) {
    if (changes_[i - 1].Has(node)) return changes_[i - 1].on();
  }
  return !starts_off_ && filter_.Wants(node) && !(node.armed && filter_.wants_all());
}

std::string Selection::MakeSwitches(absl::string_view nodes_image,
                                    const std::vector<trace::NodePlace>& places,
                                    const trace::NodeFacts& facts) const {
  std::string switches(nodes_image.size(), static_cast<char>(SCOPE_SWITCH_OFF));
  for (const trace::NodePlace& place : places) {
    if (Wants(trace::NodeAt(place, facts))) {
      switches[place.switch_offset] = static_cast<char>(SCOPE_SWITCH_ON);
    }
  }
  return switches;
}

}  // namespace scope::pipeline
