// attach.h - a program that runs already takes part in a session, the first one or one more.
//
// Path:    binary that is asked (scope/wire/attach.h) -> THIS -> process.h, modules.h
// Threads: one for each binary; not in a signal handler.
// Fails:   a binary that cannot take part stays switched off.

#pragma once

#include "scope/module.h"

namespace scope::runtime {

// Makes the process take part in the session in `folder`, with all that took part in the one
// before. False: it is not to be used, or the one before is not over.
bool EnterSession(const char* folder);

}  // namespace scope::runtime
