#include "runtime/api/emit.h"

#include "runtime/api/declared_blocks.h"
#include "runtime/cold/process.h"
#include "runtime/hot/reserve.h"

namespace scope::runtime {
namespace {

// The events of declared nodes find the thread's cursor without a binary's own pointer.
void BindNothing(scope_cursor*) {}
constinit scope_module g_api_module = {.struct_size = sizeof(scope_module),
                                       .number = 0,
                                       .nodes_begin = nullptr,
                                       .nodes_end = nullptr,
                                       .idle = nullptr,
                                       .bind = BindNothing,
                                       .reserve = nullptr,
                                       .next = nullptr,
                                       .admit = nullptr};

}  // namespace

uint64_t ReserveForApi(uint64_t bytes) {
  const uint64_t room = ReserveRoom(&g_api_module, bytes);
  if (IsOver(*g_process.session)) SwitchDeclaredOff();
  return room;
}

}  // namespace scope::runtime
