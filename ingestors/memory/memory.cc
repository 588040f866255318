// Allocations: how much, where, and when it was given back; in the call that asked for it.
//
//   --ingest memory         every allocation
//   --ingest memory:100     one address in 100, and the same ones when they are freed

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "ingestors/real_function.h"
#include "scope/ingestor.h"

namespace {

using scope::ingestors::RealFunction;

void* (*g_malloc)(size_t);
void* (*g_calloc)(size_t, size_t);
void* (*g_realloc)(void*, size_t);
void (*g_free)(void*);
void* (*g_aligned)(size_t, size_t);
int (*g_posix)(void**, size_t, size_t);
bool g_started = false;
uint64_t g_one_in = 1;

// What is asked for while the library's functions are looked up. It is never given back.
alignas(16) char g_early[64 * 1024];
size_t g_early_used = 0;

// Looking up, and reporting, may allocate; that is not the program's doing.
thread_local int t_inside __attribute__((tls_model("initial-exec"))) = 0;

class Inside {
 public:
  Inside() { ++t_inside; }
  ~Inside() { --t_inside; }
};

bool IsEarly(const void* memory) { return memory >= g_early && memory < g_early + sizeof(g_early); }

void* EarlyRoom(size_t bytes) {
  const size_t at = __atomic_fetch_add(&g_early_used, (bytes + 15) & ~size_t{15}, __ATOMIC_RELAXED);
  return at + bytes <= sizeof(g_early) ? g_early + at : nullptr;
}

struct Allocation {
  uint64_t address;
  uint64_t bytes;
  uint64_t caller;
};
const scope_field kAllocationFields[] = {SCOPE_FIELD(Allocation, address, Pointer, nullptr),
                                         SCOPE_FIELD(Allocation, bytes, U64, "B"),
                                         SCOPE_FIELD(Allocation, caller, Pointer, nullptr)};
const scope_event_type kAllocation = {"allocation", kAllocationFields, 3, sizeof(Allocation)};
const scope_event_type kFree = {"free", kAllocationFields, 3, sizeof(Allocation)};

// The same answer for an address each time, so that what is counted in is counted out.
bool IsSampled(const void* memory) {
  if (g_one_in <= 1) return true;
  const uint64_t mixed = (reinterpret_cast<uintptr_t>(memory) >> 4) * 0x9e3779b97f4a7c15u;
  return (mixed >> 32) % g_one_in == 0;
}

bool IsWanted(const void* memory) {
  return g_started && t_inside == 0 && memory != nullptr && IsSampled(memory);
}

void* Allocated(void* memory, size_t bytes, const void* caller) {
  if (IsWanted(memory)) {
    const Inside inside;
    const Allocation event = {reinterpret_cast<uintptr_t>(memory), bytes,
                              reinterpret_cast<uintptr_t>(caller)};
    SCOPE_EVENT(kAllocation, &event);
  }
  return memory;
}

void Freed(void* memory, size_t bytes, const void* caller) {
  const Inside inside;
  const Allocation event = {reinterpret_cast<uintptr_t>(memory), bytes,
                            reinterpret_cast<uintptr_t>(caller)};
  SCOPE_EVENT(kFree, &event);
}

template <typename Function>
Function LookedUp(Function& known, const char* name) {
  const Inside inside;
  return RealFunction(known, name);
}

int Start(const char* options, char* error) {
  const unsigned long long one_in = *options == '\0' ? 1 : strtoull(options, nullptr, 10);
  if (one_in == 0) {
    strcpy(error, "memory:N, where one address in N is recorded");
    return 1;
  }
  g_one_in = one_in;
  g_started = true;
  return 0;
}

const scope_ingestor kIngestor = {sizeof(scope_ingestor), SCOPE_PLUGIN_VERSION, "memory",
                                  "allocations in the calls that made them; memory:ONE_IN", Start};

}  // namespace

SCOPE_INGESTOR(kIngestor)

extern "C" {

SCOPE_PLUGIN_EXPORT void* malloc(size_t bytes) {
  if (g_malloc == nullptr && t_inside > 0) return EarlyRoom(bytes);
  return Allocated(LookedUp(g_malloc, "malloc")(bytes), bytes, __builtin_return_address(0));
}

SCOPE_PLUGIN_EXPORT void* calloc(size_t count, size_t bytes) {
  if (g_calloc == nullptr && t_inside > 0) return EarlyRoom(count * bytes);
  return Allocated(LookedUp(g_calloc, "calloc")(count, bytes), count * bytes,
                   __builtin_return_address(0));
}

SCOPE_PLUGIN_EXPORT void* realloc(void* memory, size_t bytes) {
  if (IsEarly(memory)) {
    void* const moved = malloc(bytes);
    const auto room = static_cast<size_t>(g_early + sizeof(g_early) - static_cast<char*>(memory));
    if (moved != nullptr) memcpy(moved, memory, bytes < room ? bytes : room);
    return moved;
  }
  const bool frees = IsWanted(memory);
  const size_t before = frees ? malloc_usable_size(memory) : 0;
  void* const moved = LookedUp(g_realloc, "realloc")(memory, bytes);
  if (frees && (moved != nullptr || bytes == 0)) {
    Freed(memory, before, __builtin_return_address(0));
  }
  return Allocated(moved, bytes, __builtin_return_address(0));
}

SCOPE_PLUGIN_EXPORT void free(void* memory) {
  if (memory == nullptr || IsEarly(memory)) return;
  // Before: afterwards another thread may already have it.
  if (IsWanted(memory)) {
    Freed(memory, malloc_usable_size(memory), __builtin_return_address(0));
  }
  LookedUp(g_free, "free")(memory);
}

SCOPE_PLUGIN_EXPORT void* aligned_alloc(size_t alignment, size_t bytes) {
  return Allocated(LookedUp(g_aligned, "aligned_alloc")(alignment, bytes), bytes,
                   __builtin_return_address(0));
}

SCOPE_PLUGIN_EXPORT int posix_memalign(void** memory, size_t alignment, size_t bytes) {
  const int error = LookedUp(g_posix, "posix_memalign")(memory, alignment, bytes);
  if (error == 0) Allocated(*memory, bytes, __builtin_return_address(0));
  return error;
}

}  // extern "C"
