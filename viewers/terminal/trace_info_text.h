// trace_info_text.h - what is in a trace: what ran, which binaries, which threads, whether it is
// whole.
//
// Path:    TraceReader -> THIS -> scope info
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "scope/trace/reader.h"
#include "viewers/terminal/paint.h"

namespace scope::viewers {

std::string TraceInfoText(const trace::TraceReader& reader, const Paint& paint);

// One object with a newline: directory, version, command, started_unix_ns, recorded_ns, events,
// lost, bytes, complete, damage, exit_code, modules, processes, threads and the recording's
// options.
std::string TraceInfoJson(const trace::TraceReader& reader);

}  // namespace scope::viewers
