// silence_advice.h - for a trace that became big: what made it so, and how to leave that out.
//
// Path:    TraceTotals -> THIS -> the summary of run
// Threads: any.
// Fails:   never; empty for a trace of ordinary size.

#pragma once

#include <cstdint>
#include <string>

#include "viewers/terminal/trace_totals.h"

namespace scope::tools {

inline constexpr uint64_t kBigTraceEvents = 20'000'000;
inline constexpr uint64_t kBigTraceBytes = uint64_t{256} << 20;

std::string SilenceAdvice(const viewers::TraceTotals& totals, uint64_t events,
                          uint64_t trace_bytes);

}  // namespace scope::tools
