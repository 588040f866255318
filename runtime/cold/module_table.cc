#include "runtime/cold/module_table.h"

#include "runtime/cold/process.h"
#include "runtime/cold/shared_file.h"

namespace scope::runtime {

scope_module_entry& ModuleTable::At(uint32_t place) const {
  if (place < SCOPE_MODULES_FIRST) return process->modules[place];
  return blocks[SCOPE_MODULE_BLOCK(place)][SCOPE_MODULE_IN_BLOCK(place)];
}

bool ModuleTable::MakeRoom(uint32_t place) {
  if (place < SCOPE_MODULES_FIRST) return true;
  if (place >= SCOPE_MODULES_MAX) return false;
  const uint32_t number = SCOPE_MODULE_BLOCK(place);
  if (blocks[number] != nullptr) return true;
  const SessionPath path(g_process.folder, "modules-", process->number, number);
  blocks[number] =
      static_cast<scope_module_entry*>(CreateSharedFile(path, SCOPE_MODULE_BLOCK_BYTES));
  return blocks[number] != nullptr;
}

}  // namespace scope::runtime
