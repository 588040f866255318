#include "pipeline/selection.h"

namespace scope::pipeline {

ChangedNodes::ChangedNodes(const NodeChange& change)
    : filter_(change.function_globs, change.variable_globs),
      node_ids_(change.node_ids.begin(), change.node_ids.end()),
      by_filter_(!filter_.wants_all() || node_ids_.empty()),
      on_(change.on),
      meter_(change.meter) {}

bool ChangedNodes::Has(const trace::Node& node) const {
  if (meter_.has_value()) {
    const bool may_be_named = trace::IsVariable(node) || node.kind == kScopeEventReserve;
    return trace::MatchesFunction(meter_->glob, *node.function) ||
           (may_be_named && trace::MatchesGlob(meter_->glob, node.name));
  }
  return (by_filter_ && filter_.Wants(node)) || node_ids_.contains(node.id);
}

void ChangedNodes::ApplyTo(const trace::Node& node, NodeState& state) const {
  if (!meter_.has_value()) {
    state.on = on_;
    return;
  }
  (meter_->is_rate ? state.rule.per_second : state.rule.every) = meter_->number;
  state.of_function = trace::MatchesFunction(meter_->glob, *node.function);
}

NodeState Selection::StateOf(const trace::Node& node) const {
  NodeState state;
  state.on = !starts_off_ && filter_.Wants(node) && !(node.armed && filter_.wants_all());
  for (const ChangedNodes& change : changes_) {
    if (change.Has(node)) change.ApplyTo(node, state);
  }
  return state;
}

}  // namespace scope::pipeline
