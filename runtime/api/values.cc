#include "runtime/api/values.h"

#include <string.h>

#include "runtime/api/emit.h"
#include "runtime/api/event_types.h"
#include "runtime/api/redact.h"
#include "runtime/api/thread_context.h"
#include "runtime/hot/admit.h"
#include "scope/report.h"

namespace scope::runtime {
namespace {

constexpr uint32_t kTextBytesMax = 4096;
constinit uint32_t g_text_bytes = 240;  // One piece, and shorter than those that go on.

// Head and parts of one piece, in one reservation.
void EmitPiece(const scope_node* node, const char* bytes, uint32_t count, uint32_t offset,
               uint32_t whole) {
  const uint32_t parts = SCOPE_WIDE_PARTS(count);
  uint64_t room = TakeRoom((1 + parts) * uint64_t{SCOPE_RECORD_BYTES});
  const auto head = reinterpret_cast<uintptr_t>(node);
  ScopePutRecord(room, head, SCOPE_WIDE_HEAD(count, offset, whole));
  for (uint32_t i = 0; i < parts; ++i) {
    uint64_t word = 0;
    const uint32_t left = count - 8 * i;
    memcpy(&word, bytes + 8 * i, left < 8 ? left : 8);
    room += SCOPE_RECORD_BYTES;
    ScopePutRecord(room, head | SCOPE_FLAG_PART, word);
  }
}

void EmitWide(const scope_node* node, const void* value, uint64_t bytes, uint64_t whole) {
  const char* const begin = static_cast<const char*>(value);
  const auto length = static_cast<uint32_t>(
      whole < SCOPE_WIDE_LENGTH_MAX ? whole : uint64_t{SCOPE_WIDE_LENGTH_MAX});
  uint32_t offset = 0;
  uint32_t count = 0;
  do {
    const uint64_t left = bytes - offset;
    count = static_cast<uint32_t>(left < SCOPE_WIDE_PIECE_MAX ? left : SCOPE_WIDE_PIECE_MAX);
    EmitPiece(node, begin + offset, count, offset, length);
    offset += count;
  } while (offset < length && count == SCOPE_WIDE_PIECE_MAX);  // A shorter piece is the last.
}

void EmitRedacted(const scope_node* node) {
  EmitWide(node, kRedactedText, sizeof(kRedactedText) - 1, sizeof(kRedactedText) - 1);
}

// Text fields say that they are redacted, others are zero.
void Hide(const scope_site& site, char* value, uint64_t bytes) {
  for (uint32_t i = 0; i < site.event_type->field_count && i < 16; ++i) {
    const scope_field& field = site.event_type->fields[i];
    if ((site.redacted >> i & 1) == 0 || uint64_t{field.offset} + field.bytes > bytes) continue;
    memset(value + field.offset, 0, field.bytes);
    if (field.type != kScopeValueText || field.bytes == 0) continue;
    const size_t room = field.bytes - size_t{1};
    const size_t length = sizeof(kRedactedText) - 1;
    memcpy(value + field.offset, kRedactedText, length < room ? length : room);
  }
}

}  // namespace

void PutValue(const scope_site* site, uint64_t bits) {
  if (t_context.disabled != 0 || !IsAdmitted(site->node)) return;
  if (site->redacted != 0) return EmitRedacted(site->node);
  Emit(site->node, bits);
}

void PutBytes(const scope_site* site, const void* value, uint64_t bytes) {
  if (t_context.disabled != 0 || !IsAdmitted(site->node)) return;
  if (site->event_type == nullptr) {
    if (site->redacted != 0) return EmitRedacted(site->node);
    const uint64_t kept = bytes < g_text_bytes ? bytes : g_text_bytes;
    return EmitWide(site->node, value, kept, bytes);
  }
  char copy[SCOPE_WIDE_PIECE_MAX] = {};
  uint64_t wanted = site->event_type->value_bytes;
  if (wanted > sizeof(copy)) wanted = sizeof(copy);
  memcpy(copy, value, bytes < wanted ? bytes : wanted);
  if (site->redacted != 0) Hide(*site, copy, wanted);
  EmitPiece(site->node, copy, static_cast<uint32_t>(wanted), 0, static_cast<uint32_t>(wanted));
}

void PutError(scope_site* site, int64_t code, const char* message) {
  if (t_context.disabled != 0) return;
  scope_error_report report = {};
  report.code = code;
  if (message != nullptr) {
    memcpy(report.message, message, strnlen(message, sizeof(report.message) - 1));
  }
  CaptureStack(report.frames, sizeof(report.frames) / sizeof(report.frames[0]));
  PutBytes(site, &report, sizeof(report));
}

void LimitText(uint32_t bytes) {
  __atomic_store_n(&g_text_bytes, bytes < kTextBytesMax ? bytes : kTextBytesMax, __ATOMIC_RELAXED);
}

}  // namespace scope::runtime
