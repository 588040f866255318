// calls.h - functions and other stretches of work that are reported by hand.
//
// Path:    scope/report_api.h -> THIS -> Enter and Exit records, Context events
// Threads: any, and signal handlers, for wanted sites.

#pragma once

#include "scope/report_api.h"

namespace scope::runtime {

// 0: the thread is disabled, or too deep, or a rule skips the call.
scope_correlation EnterCall(scope_site* site);
void ExitCall(scope_correlation correlation, uint32_t how);

void CaptureContext(scope_context* context);
int AdoptContext(const scope_context* context, scope_site* site);

}  // namespace scope::runtime
