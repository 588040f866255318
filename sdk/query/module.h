// module.h - gives a Table to SQLite.
//
// Path:    Table -> THIS -> sqlite3_module
// Threads: the Database's.
// Fails:   Internal: SQLite refuses.

#pragma once

#include <sqlite3.h>

#include <string>

#include "absl/status/status.h"
#include "sdk/query/table.h"

namespace scope::query {

// A name as SQL takes any: "state change".
std::string QuotedName(const std::string& name);

// `table` must outlive `database`.
absl::Status Register(sqlite3* database, const Table& table);

}  // namespace scope::query
