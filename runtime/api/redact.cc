#include "runtime/api/redact.h"

#include <string.h>

#include "scope/wire/declared.h"

namespace scope::runtime {
namespace {

constexpr size_t kGlobBytes = 2048;
constinit char g_globs[kGlobBytes] = {};  // each ends with a zero; an empty one ends the list
constinit size_t g_used = 0;
constinit bool g_everything = false;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool Matches(const char* glob, const char* text) {
  const char* star = nullptr;
  const char* resume = nullptr;
  while (*text != '\0') {
    if (*glob == '*') {
      star = ++glob;
      resume = text;
    } else if (*glob == '?' || (*glob != '\0' && Lower(*glob) == Lower(*text))) {
      ++glob;
      ++text;
    } else if (star != nullptr) {
      glob = star;
      text = ++resume;
    } else {
      return false;
    }
  }
  while (*glob == '*') ++glob;
  return *glob == '\0';
}

bool IsRedacted(const char* name) {
  if (g_everything) return true;
  if (name == nullptr) return false;
  for (const char* glob = g_globs; *glob != '\0'; glob += strlen(glob) + 1) {
    if (Matches(glob, name)) return true;
  }
  return false;
}

}  // namespace

void AddRedaction(const char* globs) {
  while (globs != nullptr && *globs != '\0') {
    const size_t length = strcspn(globs, ",");
    if (g_used + length + 2 > kGlobBytes) {
      g_everything = true;
      return;
    }
    if (length > 0) {
      memcpy(g_globs + g_used, globs, length);
      g_used += length + 1;
    }
    globs += length;
    if (*globs == ',') ++globs;
  }
}

uint16_t RedactedFields(const scope_site& site) {
  if (site.kind == kScopeEventEnter || site.type == kScopeValueNone) return 0;
  if (IsRedacted(site.name)) return 0xffff;
  if (site.event_type == nullptr) return 0;
  if (IsRedacted(site.event_type->name)) return 0xffff;
  uint16_t fields = 0;
  for (uint32_t i = 0; i < site.event_type->field_count && i < SCOPE_DECLARED_FIELDS_MAX; ++i) {
    if (IsRedacted(site.event_type->fields[i].name)) fields |= static_cast<uint16_t>(1u << i);
  }
  return fields;
}

}  // namespace scope::runtime
