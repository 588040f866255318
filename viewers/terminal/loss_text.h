// loss_text.h - what is missing from a recording, in one sentence.
//
// Path:    threads' totals -> THIS -> summary of run, report, info
// Threads: any.
// Fails:   never.

#pragma once

#include <string>

#include "scope/trace/losses.h"
#include "scope/trace/reader.h"

namespace scope::viewers {

// Dropped and torn, with those of threads that never got a ring.
uint64_t LostEvents(const trace::TraceInfo& info, const trace::Losses& losses);

// "0 lost", or "211,004 lost (17.5%) in thread 1; --on-full block or --ring 4M would have kept
// them." with what would have helped.
std::string LossText(const trace::TraceInfo& info, const trace::Losses& losses);

// Empty for a recording that ended as it should; otherwise what is whole and what is missing.
std::string CutOffText(const trace::TraceInfo& info);

// As --clock takes it.
const char* ClockWord(uint8_t clock);
// "counter" or "monotonic"; and what is said of it where it is not the counter.
const char* ClockSourceWord(uint8_t source);
const char* ClockSourceText(uint8_t source);

}  // namespace scope::viewers
