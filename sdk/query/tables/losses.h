// losses.h - the table of what is missing from a trace.
//
// Path:    gaps of the trace -> THIS -> module.cc
// Threads: the Database's.
// Fails:   the scan's status.

#pragma once

#include <memory>

#include "sdk/query/source.h"
#include "sdk/query/table.h"

namespace scope::query {

std::unique_ptr<Table> MakeLosses(Source& source);

}  // namespace scope::query
