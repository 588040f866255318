// checks.h - what scope needs, looked at one by one.
//
// Path:    the machine -> THIS -> checkup.h
// Threads: any.
// Fails:   never; what cannot be looked at is not ok.

#pragma once

#include <string>

#include "tools/checkup.h"

namespace scope::tools {

Check CheckCompiler();
Check CheckPlugin();
Check CheckRuntime();
// What time stamps are read from.
Check CheckClock();
Check CheckMemory();
// `directory`: where traces would go.
Check CheckDisk(const std::string& directory);

// Does `path` hold instrumented code, and do its nodes and its map belong together?
Check CheckBinary(const std::string& path);

}  // namespace scope::tools
