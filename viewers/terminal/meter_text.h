// meter_text.h - the nodes of which not every event was stored, and how many were.
//
// Path:    TraceReader::meters() -> THIS -> info, report
// Threads: any; functions only.

#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "scope/trace/reader.h"
#include "viewers/terminal/paint.h"

namespace scope::viewers {

// "1,000 of 1,000,000", "1 in 1,000, at most 50 a second": a table under a heading; empty when
// every event was stored.
std::string MeterTable(const trace::TraceReader& reader, const Paint& paint);

// One object a node, in an array.
std::string MetersJson(const trace::TraceReader& reader);

// By id of the node: events that were skipped.
std::unordered_map<uint64_t, uint64_t> SkippedEvents(const trace::TraceReader& reader);

}  // namespace scope::viewers
