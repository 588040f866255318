#include "pipeline/switch_plan.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace scope::pipeline {
namespace {

// Where the thread goes on decides to which call its events belong, so they can be told neither
// from their stack nor from their thread.
bool IsCoroutine(const trace::NodePlace* places, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (places[i].node.kind == kScopeEventSuspend) return true;
  }
  return false;
}

bool IsStamped(scope_event_kind kind) { return SCOPE_HAS_STAMP(kind) || kind == kScopeEventFrame; }

}  // namespace

void Unmetered::Add(const Unmetered& other) {
  calls += other.calls;
  without_slot += other.without_slot;
  if (!other.why.empty()) why = other.why;
}

std::string Unmetered::Text() const {
  std::string text;
  if (calls > 0) {
    text = absl::StrCat(calls,
                        " nodes store every event: calls of coroutines, and of functions whose "
                        "entry is off, cannot be sampled; values in them can, by their names");
  }
  if (without_slot > 0) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", without_slot,
                    " nodes store every event: ", why);
  }
  return text;
}

NodeSwitch SwitchPlan::Metered(uint64_t id, uint32_t frame, const MeterRule& rule,
                               Planned& planned) {
  const absl::StatusOr<uint8_t> number = meters_.NumberOf(rule);
  const absl::StatusOr<uint32_t> slot =
      number.ok() ? meters_.SlotOf(id, frame, *number) : number.status();
  if (slot.ok()) return {.state = *number, .slot = *slot};
  ++planned.unmetered.without_slot;
  planned.unmetered.why = std::string(slot.status().message());
  return {.state = SCOPE_SWITCH_ON, .slot = 0};
}

void SwitchPlan::PlanTable(const trace::NodePlace* places, const trace::NodeFacts& facts,
                           const ChangedNodes* nodes_named, NodeSwitch* out, size_t count,
                           Planned& planned) {
  const bool is_coroutine = IsCoroutine(places, count);
  bool has_no_slot = false;  // then all of the call is stored
  uint32_t frame = 0;
  MeterRule frame_rule;
  for (size_t i = 0; i < count && !is_coroutine; ++i) {
    if (places[i].node.kind != kScopeEventEnter) continue;
    const NodeState state = selection_.StateOf(trace::NodeAt(places[i], facts));
    if (!state.on || state.rule.stores_all()) continue;
    const NodeSwitch enter = Metered(places[i].node.id, Meters::kItsOwn, state.rule, planned);
    has_no_slot = enter.slot == 0;
    frame_rule = state.rule;
    frame = enter.slot;
  }
  for (size_t i = 0; i < count; ++i) {
    const trace::Node node = trace::NodeAt(places[i], facts);
    if (nodes_named != nullptr && !nodes_named->Has(node)) continue;
    const NodeState state = selection_.StateOf(node);
    if (!state.on) continue;
    out[i].state = SCOPE_SWITCH_ON;
    if (has_no_slot) {
      ++planned.unmetered.without_slot;
    } else if (frame != 0) {
      const bool enters = node.kind == kScopeEventEnter;
      out[i] = Metered(node.id, enters ? Meters::kItsOwn : frame, frame_rule, planned);
    } else if (state.rule.stores_all() || node.kind == kScopeEventContext) {
      continue;
    } else if (node.kind == kScopeEventExit && node.function->by_hand) {
      out[i] = Metered(node.id, Meters::kDecidesForItself, state.rule, planned);  // its Enter does
    } else if (IsStamped(node.kind) || (is_coroutine && state.of_function)) {
      ++planned.unmetered.calls;
    } else if (node.kind == kScopeEventReserve) {
      // Without its assignment it would look abandoned.
      out[i].state = SCOPE_SWITCH_OFF;
    } else {
      out[i] = Metered(node.id, Meters::kDecidesForItself, state.rule, planned);
    }
  }
}

Planned SwitchPlan::Make(const std::vector<trace::NodePlace>& places, const trace::NodeFacts& facts,
                         const ChangedNodes* nodes_named) {
  Planned planned;
  planned.nodes.resize(places.size());
  for (size_t begin = 0; begin < places.size();) {
    size_t end = begin + 1;
    while (end < places.size() && places[end].switch_offset == places[end - 1].switch_offset + 1) {
      ++end;
    }
    PlanTable(&places[begin], facts, nodes_named, &planned.nodes[begin], end - begin, planned);
    begin = end;
  }
  return planned;
}

std::string SwitchPlan::MakeImage(absl::string_view nodes_image,
                                  const std::vector<trace::NodePlace>& places,
                                  const trace::NodeFacts& facts) {
  std::string image(nodes_image.size(), '\0');
  const Planned planned = Make(places, facts);
  unmetered_.Add(planned.unmetered);
  for (size_t i = 0; i < places.size(); ++i) {
    image[places[i].switch_offset] = static_cast<char>(planned.nodes[i].state);
    const auto flags = static_cast<uint16_t>(planned.nodes[i].slot << SCOPE_NODE_SLOT_SHIFT);
    std::memcpy(image.data() + places[i].node_offset + offsetof(scope_node, flags), &flags,
                sizeof(flags));
  }
  return image;
}

}  // namespace scope::pipeline
