// node_enums.h - kinds and types from a file, which may be newer than this reader.
//
// Path:   scope_node -> THIS -> Node

#pragma once

#include <cstdint>

#include "scope/event.h"

namespace scope::trace {

// The enums hold 0 to 15; a larger number becomes 0, which is no kind, and no type.
inline scope_event_kind KindOf(uint8_t kind) {
  return static_cast<scope_event_kind>(kind <= 15 ? kind : 0);
}
inline scope_value_type TypeOf(uint8_t type) {
  return static_cast<scope_value_type>(type <= 15 ? type : 0);
}

}  // namespace scope::trace
