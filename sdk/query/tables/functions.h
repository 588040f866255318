// functions.h - the table-valued functions: pyramid, state_at, callers, path.
//
// Path:    TraceReader, EventScan, CallStacks -> THIS -> module.cc
// Threads: the Database's.
// Fails:   InvalidArgument: an argument that makes no sense; the reader's status.

#pragma once

#include <memory>

#include "sdk/query/source.h"
#include "sdk/query/table.h"

namespace scope::query {

std::unique_ptr<Table> MakePyramid(Source& source);
std::unique_ptr<Table> MakeStateAt(Source& source);
std::unique_ptr<Table> MakeCallers(Source& source);
std::unique_ptr<Table> MakePath(Source& source);

}  // namespace scope::query
