// modules.h - the instrumented binaries of the process.
//
// Path:    stub's constructor and destructor -> THIS -> "process-N", switches
// Threads: any; not in a signal handler.
// Fails:   a binary that cannot be registered stays switched off.

#pragma once

#include "scope/module.h"

namespace scope::runtime {

// Takes the binary into the session and gives it its first switches. Nonzero: it stays off.
int RegisterModule(scope_module* module);

// Makes every binary of the process cost next to nothing, once the session is over. Leaves it to a
// later call if another thread holds the lock, so that it may be called with signals blocked.
void SwitchEverythingOff();

}  // namespace scope::runtime
