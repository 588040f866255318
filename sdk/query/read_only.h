// read_only.h - keeps statements from doing anything but read.
//
// Path:    SQLite's compiler asks THIS about each action of a statement
// Threads: the Database's.
// Fails:   a statement that is refused does not compile.

#pragma once

#include <sqlite3.h>

#include <string>

namespace scope::query {

// `refused` gets what was refused, "ATTACH"; it must outlive `database`.
void AllowReadingOnly(sqlite3* database, std::string* refused);

}  // namespace scope::query
