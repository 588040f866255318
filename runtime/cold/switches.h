// switches.h - the switch bytes of one binary's node tables.
//
// Path:    modules.h -> THIS -> section "scope_nodes" of an instrumented binary
// Threads: any: each byte is stored on its own.
// Fails:   never; bytes that are no table are passed over.

#pragma once

#include <stdint.h>

namespace scope::runtime {

// Sets every switch between `begin` and `end`.
void SetSwitches(char* begin, char* end, uint8_t value);

// Takes each switch, and each node's slot, from `image`, a copy of the section in which nothing
// else matters.
void CopySwitches(char* begin, char* end, const char* image);

}  // namespace scope::runtime
