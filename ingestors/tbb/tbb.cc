// oneTBB: which threads work in which arena, who spawned each task, and who did it.
//
// Arenas are watched with oneTBB's own observers. Of tasks the library says nothing; they are seen
// at its entry points, which programs reach through headers: spawning one, and giving its memory
// back by the thread that ran it.

#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include "ingestors/real_function.h"
#include "ingestors/tbb/arenas.h"
#include "ingestors/tbb/waiting_tasks.h"
#include "scope/ingestor.h"

namespace {

using scope::ingestors::RealFunction;

bool g_started = false;
scope::ingestors::WaitingTasks g_waiting;

struct TaskDone {
  uint64_t task;
};
const scope_field kTaskFields[] = {SCOPE_FIELD(TaskDone, task, Pointer, nullptr)};
const scope_event_type kTaskDone = {"task done", kTaskFields, 1, sizeof(TaskDone)};

void Spawned(const void* task) {
  if (!g_started) return;
  scope::ingestors::ObserveOwnArena();
  g_waiting.Add(task);
  SCOPE_SITE(site, Spawn, U64, "task");
  scope_report_thread_spawn(&site, reinterpret_cast<uintptr_t>(task));
}

void GivenBack(const void* memory) {
  if (!g_started || !g_waiting.Take(memory)) return;
  const TaskDone done = {reinterpret_cast<uintptr_t>(memory)};
  SCOPE_EVENT(kTaskDone, &done);
}

int Start(const char* /*options*/, char* /*error*/) {
  g_started = true;
  scope::ingestors::ObserveOwnArena();
  return 0;
}

const scope_ingestor kIngestor = {sizeof(scope_ingestor), SCOPE_PLUGIN_VERSION, "tbb",
                                  "oneTBB: threads in arenas, tasks spawned and done", Start};

}  // namespace

SCOPE_INGESTOR(kIngestor)

// The library's, by the names that its headers give them.
namespace tbb::detail::r1 {

#define SCOPE_REAL(name) RealFunction(real, "_ZN3tbb6detail2r1" name)

SCOPE_PLUGIN_EXPORT void spawn(d1::task& task, d1::task_group_context& context) {
  static void (*real)(d1::task&, d1::task_group_context&);
  Spawned(&task);
  SCOPE_REAL("5spawnERNS0_2d14taskERNS2_18task_group_contextE")(task, context);
}

SCOPE_PLUGIN_EXPORT void spawn(d1::task& task, d1::task_group_context& context, d1::slot_id slot) {
  static void (*real)(d1::task&, d1::task_group_context&, d1::slot_id);
  Spawned(&task);
  SCOPE_REAL("5spawnERNS0_2d14taskERNS2_18task_group_contextEt")(task, context, slot);
}

SCOPE_PLUGIN_EXPORT void submit(d1::task& task, d1::task_group_context& context, arena* where,
                                std::uintptr_t as_critical) {
  static void (*real)(d1::task&, d1::task_group_context&, arena*, std::uintptr_t);
  Spawned(&task);
  SCOPE_REAL("6submitERNS0_2d14taskERNS2_18task_group_contextEPNS1_5arenaEm")
  (task, context, where, as_critical);
}

SCOPE_PLUGIN_EXPORT void enqueue(d1::task& task, d1::task_arena_base* where) {
  static void (*real)(d1::task&, d1::task_arena_base*);
  Spawned(&task);
  SCOPE_REAL("7enqueueERNS0_2d14taskEPNS2_15task_arena_baseE")(task, where);
}

SCOPE_PLUGIN_EXPORT void enqueue(d1::task& task, d1::task_group_context& context,
                                 d1::task_arena_base* where) {
  static void (*real)(d1::task&, d1::task_group_context&, d1::task_arena_base*);
  Spawned(&task);
  SCOPE_REAL("7enqueueERNS0_2d14taskERNS2_18task_group_contextEPNS2_15task_arena_baseE")
  (task, context, where);
}

SCOPE_PLUGIN_EXPORT void deallocate(d1::small_object_pool& pool, void* memory, std::size_t bytes,
                                    const d1::execution_data& data) {
  static void (*real)(d1::small_object_pool&, void*, std::size_t, const d1::execution_data&);
  GivenBack(memory);  // before another task may have it
  SCOPE_REAL("10deallocateERNS0_2d117small_object_poolEPvmRKNS2_14execution_dataE")
  (pool, memory, bytes, data);
}

SCOPE_PLUGIN_EXPORT void initialize(d1::task_arena_base& arena) {
  static void (*real)(d1::task_arena_base&);
  SCOPE_REAL("10initializeERNS0_2d115task_arena_baseE")(arena);
  if (g_started) scope::ingestors::ObserveArena(static_cast<d1::task_arena&>(arena));
}

}  // namespace tbb::detail::r1
