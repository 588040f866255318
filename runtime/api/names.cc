#include "runtime/api/names.h"

#include <string.h>
#include <sys/mman.h>

#include "runtime/cold/process.h"
#include "runtime/hot/shared.h"

namespace scope::runtime {
namespace {

constexpr uint32_t kSlots = 8192;  // a power of two
constexpr uint32_t kSitesMax = kSlots / 4 * 3;
constexpr size_t kArenaBytes = size_t{4} << 20;

constinit scope_site* g_slots[kSlots] = {};
constinit uint32_t g_count = 0;  // the process's lock guards these
constinit char* g_arena = nullptr;
constinit size_t g_arena_used = 0;

struct Key {
  uint8_t kind;
  uint8_t type;
  const char* file;
  const char* function;
  const char* name;
  uint32_t line;
};

uint64_t Mix(uint64_t hash, const char* text) {
  for (; *text != '\0'; ++text) hash = (hash ^ static_cast<uint8_t>(*text)) * 0x100000001b3;
  return (hash ^ 0xff) * 0x100000001b3;
}

uint64_t HashOf(const Key& key) {
  uint64_t hash = 0xcbf29ce484222325 ^ (uint64_t{key.line} << 16 | key.kind << 8 | key.type);
  hash = Mix(Mix(Mix(hash, key.file), key.function), key.name);
  return hash ^ hash >> 32;
}

bool Is(const scope_site& site, const Key& key) {
  return site.kind == key.kind && site.type == key.type && site.line == key.line &&
         strcmp(site.name, key.name) == 0 && strcmp(site.function, key.function) == 0 &&
         strcmp(site.file, key.file) == 0;
}

void* Allocate(size_t bytes) {
  if (g_arena == nullptr) {
    void* const memory = mmap(nullptr, kArenaBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    g_arena = static_cast<char*>(memory);
  }
  bytes = (bytes + 15) & ~size_t{15};
  if (bytes > kArenaBytes - g_arena_used) return nullptr;
  void* const room = g_arena + g_arena_used;
  g_arena_used += bytes;
  return room;
}

const char* Copy(const char* text) {
  const size_t bytes = strlen(text) + 1;
  void* const room = Allocate(bytes);
  return room == nullptr ? nullptr : static_cast<char*>(memcpy(room, text, bytes));
}

scope_site* MakeSite(const Key& key) {
  if (g_count >= kSitesMax) return nullptr;
  auto* const site = static_cast<scope_site*>(Allocate(sizeof(scope_site)));
  if (site == nullptr) return nullptr;
  *site = {.node = nullptr,
           .file = Copy(key.file),
           .function = Copy(key.function),
           .name = Copy(key.name),
           .unit = nullptr,
           .event_type = nullptr,
           .line = key.line,
           .kind = key.kind,
           .type = key.type,
           .redacted = 0};
  if (site->file == nullptr || site->function == nullptr || site->name == nullptr) return nullptr;
  ++g_count;
  return site;
}

}  // namespace

scope_site* FindSite(uint8_t kind, uint8_t type, const char* file, const char* function,
                     const char* name, uint32_t line) {
  const Key key = {kind,
                   type,
                   file != nullptr ? file : "",
                   function != nullptr ? function : "",
                   name != nullptr ? name : "",
                   line};
  uint32_t slot = static_cast<uint32_t>(HashOf(key)) & (kSlots - 1);
  for (scope_site* site; (site = Load(g_slots[slot])) != nullptr;
       slot = (slot + 1) & (kSlots - 1)) {
    if (Is(*site, key)) return site;
  }
  Locked locked(g_process.lock);
  // Others may have come first.
  for (; g_slots[slot] != nullptr; slot = (slot + 1) & (kSlots - 1)) {
    if (Is(*g_slots[slot], key)) return g_slots[slot];
  }
  scope_site* const site = MakeSite(key);
  if (site != nullptr) Store(g_slots[slot], site);
  return site;
}

}  // namespace scope::runtime
