// report.h - where the calls and the time went, which nodes were busy, what was lost.
//
// Path:    TraceTotals, TraceReader -> THIS -> scope report, the end of scope run
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "scope/trace/reader.h"
#include "viewers/terminal/paint.h"
#include "viewers/terminal/trace_totals.h"

namespace scope::viewers {

// calls, total, self, function, where; without times when the clock was off. At most `top` rows.
std::string FunctionTable(const trace::TraceReader& reader, const TraceTotals& totals, size_t top,
                          const Paint& paint);

// The whole of scope report.
std::string ReportText(const trace::TraceReader& reader, const TraceTotals& totals, size_t top,
                       const Paint& paint);

// One object: directory, events, lost, clock, complete, functions, nodes, threads. With a newline.
std::string ReportJson(const trace::TraceReader& reader, const TraceTotals& totals, size_t top);

}  // namespace scope::viewers
