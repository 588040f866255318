// values.h - values that are reported by hand.
//
// Path:    scope/report_api.h -> THIS -> one record, or several of a wide value
// Threads: any, and signal handlers, for wanted sites.

#pragma once

#include "scope/report_api.h"

namespace scope::runtime {

void PutValue(const scope_site* site, uint64_t bits);

// Text, or a struct of the site's event type.
void PutBytes(const scope_site* site, const void* value, uint64_t bytes);

void PutError(scope_site* site, int64_t code, const char* message);

void LimitText(uint32_t bytes);

}  // namespace scope::runtime
