// switch_plan.h - the switch byte and the slot of each node of a module.
//
// Path:    selection.h, meters.h -> THIS -> live_switches.h, declared.h, switches-P-M
// Threads: one.
// Fails:   a node that can have no rule stores every event, and Unmetered says so.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "pipeline/meters.h"
#include "pipeline/selection.h"

namespace scope::pipeline {

struct NodeSwitch {
  uint8_t state = SCOPE_SWITCH_OFF;  // SCOPE_SWITCH_ON, or a rule's number
  uint32_t slot = 0;                 // of a node with a rule
};

// Nodes that store every event although they have a rule.
struct Unmetered {
  uint64_t calls = 0;  // of coroutines, and of functions whose entry is off
  uint64_t without_slot = 0;
  std::string why;  // of `without_slot`

  void Add(const Unmetered& other);
  // Empty when there are none.
  std::string Text() const;
};

struct Planned {
  std::vector<NodeSwitch> nodes;  // one a place
  Unmetered unmetered;
};

class SwitchPlan {
 public:
  SwitchPlan(const Selection& selection, Meters& meters) : selection_(selection), meters_(meters) {}

  // `nodes_named`: null, or those that matter: the others get SCOPE_SWITCH_OFF and no slot.
  Planned Make(const std::vector<trace::NodePlace>& places, const trace::NodeFacts& facts,
               const ChangedNodes* nodes_named = nullptr);

  // A copy of the section in which each switch and each node's slot are as planned, and all else is
  // zero.
  std::string MakeImage(absl::string_view nodes_image, const std::vector<trace::NodePlace>& places,
                        const trace::NodeFacts& facts);

  // Of all images that were made.
  const Unmetered& unmetered() const { return unmetered_; }

 private:
  void PlanTable(const trace::NodePlace* places, const trace::NodeFacts& facts,
                 const ChangedNodes* nodes_named, NodeSwitch* out, size_t count, Planned& planned);
  NodeSwitch Metered(uint64_t id, uint32_t frame, const MeterRule& rule, Planned& planned);

  const Selection& selection_;
  Meters& meters_;
  Unmetered unmetered_;
};

}  // namespace scope::pipeline
