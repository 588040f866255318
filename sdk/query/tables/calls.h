// calls.h - the table of calls: from entry to exit, with the caller.
//
// Path:    entries and exits -> CallStacks -> THIS -> module.cc
// Threads: the Database's.
// Fails:   the scan's status. Memory: the open calls.

#pragma once

#include <memory>

#include "sdk/query/source.h"
#include "sdk/query/table.h"

namespace scope::query {

std::unique_ptr<Table> MakeCalls(Source& source);

}  // namespace scope::query
