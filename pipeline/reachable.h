// reachable.h - whether a process that runs already may be attached to.
//
// Path:    scope attach -> THIS -> attachment.h
// Threads: any.
// Fails:   absl::Status whose message is one line: what stands in the way, and what to do.

#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace scope::pipeline {

// NotFound: there is no such process, or it has ended. FailedPrecondition: it is a thread, somebody
// else's, or has raised privileges. Whether its memory can be reached is not known yet.
absl::Status CheckReachable(uint32_t pid);

// Why the memory of a process that passed CheckReachable() cannot be opened.
absl::Status WhyUnreachable(uint32_t pid);

// Nothing of it runs until it gets SIGCONT, or its debugger lets it go on.
bool IsStopped(uint32_t pid);

}  // namespace scope::pipeline
