// Threads: who started whom, and what they are called. std::thread and std::async come this way.

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#include "ingestors/real_function.h"
#include "scope/ingestor.h"

namespace {

using scope::ingestors::RealFunction;

using CreateFn = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
using SetNameFn = int (*)(pthread_t, const char*);

CreateFn g_create = nullptr;
SetNameFn g_set_name = nullptr;
bool g_started = false;
uint64_t g_children = 0;

// What a new thread takes along. The spawner's memory: it may be gone before the thread runs.
struct Spawned {
  void* (*run)(void*);
  void* argument;
  scope_context context;
  uint64_t number;
};

// Not malloc: it may be the program's own, and not ready.
Spawned* NewSpawned() {
  void* const memory =
      mmap(nullptr, sizeof(Spawned), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : static_cast<Spawned*>(memory);
}

// The thread's life is a call; it ends with the thread, by whatever way.
void* Run(void* opaque) {
  const Spawned spawned = *static_cast<Spawned*>(opaque);
  munmap(opaque, sizeof(Spawned));
  SCOPE_ADOPT(spawned.context);
  SCOPE_ZONE("thread");
  const uint64_t number = spawned.number;
  SCOPE_VALUE(number);
  return spawned.run(spawned.argument);
}

int Start(const char* /*options*/, char* /*error*/) {
  g_started = true;
  return 0;
}

const scope_ingestor kIngestor = {sizeof(scope_ingestor), SCOPE_PLUGIN_VERSION, "tasks",
                                  "threads: who started whom, and their names", Start};

}  // namespace

SCOPE_INGESTOR(kIngestor)

extern "C" SCOPE_PLUGIN_EXPORT int pthread_create(pthread_t* thread, const pthread_attr_t* attr,
                                                  void* (*run)(void*), void* argument) {
  const CreateFn create = RealFunction(g_create, "pthread_create");
  Spawned* const spawned = g_started ? NewSpawned() : nullptr;
  if (spawned == nullptr) return create(thread, attr, run, argument);
  const uint64_t number = __atomic_add_fetch(&g_children, 1, __ATOMIC_RELAXED);
  // Before it runs, so that the cause stands before the effect.
  SCOPE_SITE(site, Spawn, U64, "thread");
  scope_report_thread_spawn(&site, number);
  *spawned = {run, argument, scope_context_capture(), number};
  const int error = create(thread, attr, Run, spawned);
  if (error != 0) {
    munmap(spawned, sizeof(Spawned));
    SCOPE_ERROR(error, "pthread_create");
  }
  return error;
}

extern "C" SCOPE_PLUGIN_EXPORT int pthread_setname_np(pthread_t thread, const char* name) {
  if (g_started) SCOPE_TEXT("thread name", name);
  return RealFunction(g_set_name, "pthread_setname_np")(thread, name);
}
