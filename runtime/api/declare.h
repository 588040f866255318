// declare.h - gives a site that reports by hand its node.
//
// Path:    scope/report_api.h -> THIS -> "declared-P-B" (scope/wire/declared.h) -> collector
// Threads: any; takes the process's lock, and may wait for the collector's choice.
// Fails:   a site without room gets a node that is off for ever.

#pragma once

#include "scope/report_api.h"

namespace scope::runtime {

// Returns whether the site is on. An Enter's Exit node is ExitOf(its node).
bool Declare(scope_site* site);

const scope_node* ExitOf(const scope_node* enter);

// Sites declared by this process; its parent's are not among them.
uint32_t DeclaredCount();

// Once the session is over. Fit for a signal handler.
void SwitchDeclaredOff();

}  // namespace scope::runtime
