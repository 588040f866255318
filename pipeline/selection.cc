#include "pipeline/selection.h"

namespace scope::pipeline {

std::string Selection::MakeSwitches(absl::string_view nodes_image,
                                    const std::vector<trace::NodePlace>& places,
                                    const trace::NodeFacts& facts) const {
  std::string switches(nodes_image.size(), static_cast<char>(SCOPE_SWITCH_OFF));
  for (const trace::NodePlace& place : places) {
    trace::Node node;
    node.kind = static_cast<scope_event_kind>(place.node.kind);
    facts.Fill(place.node.id, place.function_id, node);
    const bool armed = (place.node.flags & SCOPE_NODE_ARMED) != 0;
    if (filter_.Wants(node) && !(armed && filter_.wants_all())) {
      switches[place.switch_offset] = static_cast<char>(SCOPE_SWITCH_ON);
    }
  }
  return switches;
}

}  // namespace scope::pipeline
