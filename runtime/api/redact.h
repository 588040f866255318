// redact.h - names whose values must not reach the ring.
//
// Path:    SCOPE_REDACT, scope_redact() -> THIS -> declare.cc
// Threads: with the process's lock held.
// Fails:   names beyond the room there is: everything is redacted, rather than too little.

#pragma once

#include <stdint.h>

#include "scope/report_api.h"

namespace scope::runtime {

inline constexpr char kRedactedText[] = "(redacted)";

// `globs`: separated by commas; * and ? as in a shell, in any case of letters.
void AddRedaction(const char* globs);

// Bit i: field i of the site's value must not be shown; for a scalar or text: bit 0.
uint16_t RedactedFields(const scope_site& site);

}  // namespace scope::runtime
