// admit.h - whether an event of a node that has a rule is stored: sampling and rate limits.
//
// Path:    stub's __scope_admit, runtime/api -> THIS -> the thread's row (scope/wire/meters.h)
// Threads: any, and signal handlers.
// Fails:   without a row every event is stored.

#pragma once

#include <stdint.h>

#include "scope/node.h"

namespace scope::runtime {

// Counts the event. `rule`: the node's switch, more than SCOPE_SWITCH_ON; `frame`: about the stack
// pointer of the code that reports.
int Admit(const scope_node* node, uint8_t rule, const void* frame);

// The same for a call that is reported by hand: entry and exit are counted together.
bool AdmitCall(const scope_node* enter, const scope_node* exit, uint8_t rule);

inline uint8_t SwitchOf(const scope_node* node) {
  return __atomic_load_n(reinterpret_cast<const uint8_t*>(node) - node->switch_back,
                         __ATOMIC_RELAXED);
}

// For values by hand, whose place has seen that the node is not off.
inline bool IsAdmitted(const scope_node* node) {
  const uint8_t rule = SwitchOf(node);
  return rule <= SCOPE_SWITCH_ON || Admit(node, rule, nullptr) != 0;
}

}  // namespace scope::runtime
