// thread_table.h - each thread's account: emitted = stored + dropped + torn.
//
// Path:    TraceReader::threads() -> THIS -> report, info
// Threads: any.
// Fails:   never.

#pragma once

#include <string>
#include <vector>

#include "scope/trace/reader.h"
#include "viewers/terminal/paint.h"

namespace scope::viewers {

std::string ThreadTable(const std::vector<trace::Thread>& threads, const Paint& paint);

// An array of objects: thread, process, pid, tid, name, emitted, stored, dropped, torn, blocked_ns.
std::string ThreadsJson(const std::vector<trace::Thread>& threads);

}  // namespace scope::viewers
