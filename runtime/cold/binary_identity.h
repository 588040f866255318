// binary_identity.h - which file a piece of memory was loaded from, and its build-id.
//
// Path:    modules.h -> THIS -> the loader's list of program headers
// Threads: any; not in a signal handler, the loader locks its list.
// Fails:   leaves path empty and build_id_bytes 0.

#pragma once

#include "scope/wire/session.h"

namespace scope::runtime {

// Fills path, build_id and build_id_bytes for the binary that `address` belongs to.
void IdentifyBinary(const void* address, scope_module_entry& entry);

// Writes the absolute path of the running program.
void ReadExecutablePath(char* out, uint64_t bytes);

}  // namespace scope::runtime
