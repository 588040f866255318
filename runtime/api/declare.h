// declare.h - gives a site that reports by hand its node.
//
// Path:    scope/report_api.h -> THIS -> "declared-P-B" (scope/wire/declared.h) -> collector
// Threads: any; takes the process's lock, and may wait for the collector's choice.
// Fails:   a site without room gets a node that is off for ever.

#pragma once

#include "scope/report_api.h"

namespace scope::runtime {

// Returns whether the site is on; without a recording it stays without a node. An Enter's Exit node
// is ExitOf(its node).
bool Declare(scope_site* site);

const scope_node* ExitOf(const scope_node* enter);

}  // namespace scope::runtime
