// module_table.h - the entries of a process's binaries, in its file and in those that follow it.
//
// Path:    modules.cc, process.cc -> THIS -> "process-N", "modules-N-B"
// Threads: with the process's lock held.
// Fails:   MakeRoom() says so; the binary is left out.

#pragma once

#include "scope/wire/session.h"

namespace scope::runtime {

struct ModuleTable {
  scope_process* process = nullptr;
  scope_module_entry* blocks[SCOPE_MODULE_BLOCKS_MAX] = {};

  // An entry for which there is room.
  scope_module_entry& At(uint32_t place) const;
  // Makes the file that entry `place` lies in, if it is not there.
  bool MakeRoom(uint32_t place);
};

}  // namespace scope::runtime
