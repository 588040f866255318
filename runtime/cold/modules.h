// modules.h - the instrumented binaries of the process.
//
// Path:    stub's constructor and destructor -> THIS -> "process-N", switches
// Threads: any; not in a signal handler.
// Fails:   a binary that cannot be registered stays switched off.

#pragma once

#include "scope/module.h"

namespace scope::runtime {

// Makes every binary of the process cost next to nothing, once the session is over. Leaves it to a
// later call if another thread holds the lock, so that it may be called with signals blocked.
void SwitchEverythingOff();

// Makes the process take part in the session in `folder`, with all its binaries. 0: `module` does.
int AttachModule(scope_module* module, const char* folder);

}  // namespace scope::runtime
