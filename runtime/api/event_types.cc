#include "runtime/api/event_types.h"

#include <execinfo.h>

#include "scope/report.h"

namespace scope::runtime {
namespace {

constexpr scope_field kStateFields[] = {SCOPE_FIELD(scope_state_change, old_state, I64, nullptr),
                                        SCOPE_FIELD(scope_state_change, new_state, I64, nullptr)};
constexpr scope_event_type kState = {"state change", kStateFields, 2, sizeof(scope_state_change)};

constexpr scope_field kMessageFields[] = {SCOPE_FIELD(scope_message, peer, U64, nullptr),
                                          SCOPE_FIELD(scope_message, id, U64, nullptr),
                                          SCOPE_FIELD(scope_message, sent_ns, U64, "ns"),
                                          SCOPE_FIELD(scope_message, queue_ns, U64, "ns")};
constexpr scope_event_type kMessage = {"message", kMessageFields, 4, sizeof(scope_message)};

constexpr uint32_t kFrames = sizeof(scope_error_report::frames) / sizeof(uint64_t);
constexpr scope_field Frame(const char* name, uint16_t number) {
  return {name, nullptr, kScopeValuePointer,
          static_cast<uint16_t>(offsetof(scope_error_report, frames) + number * sizeof(uint64_t)),
          sizeof(uint64_t)};
}
constexpr scope_field kErrorFields[] = {SCOPE_FIELD(scope_error_report, code, I64, nullptr),
                                        SCOPE_FIELD(scope_error_report, message, Text, nullptr),
                                        Frame("frame0", 0),
                                        Frame("frame1", 1),
                                        Frame("frame2", 2),
                                        Frame("frame3", 3),
                                        Frame("frame4", 4),
                                        Frame("frame5", 5),
                                        Frame("frame6", 6),
                                        Frame("frame7", 7),
                                        Frame("frame8", 8),
                                        Frame("frame9", 9),
                                        Frame("frame10", 10),
                                        Frame("frame11", 11)};
constexpr scope_event_type kError = {"error", kErrorFields, 2 + kFrames,
                                     sizeof(scope_error_report)};
static_assert(sizeof(scope_error_report) <= SCOPE_WIDE_PIECE_MAX);

constexpr scope_field kContextFields[] = {SCOPE_FIELD(scope_context, trace_high, U64, nullptr),
                                          SCOPE_FIELD(scope_context, trace_low, U64, nullptr),
                                          SCOPE_FIELD(scope_context, parent, U64, nullptr)};
constexpr scope_event_type kContext = {"context", kContextFields, 3, sizeof(scope_context)};

constexpr int kOwnFrames = 2;

}  // namespace

const scope_event_type* EventTypeOfKind(uint8_t kind) {
  switch (kind) {
    case kScopeEventState:
      return &kState;
    case kScopeEventSend:
    case kScopeEventReceive:
      return &kMessage;
    case kScopeEventError:
      return &kError;
    case kScopeEventContext:
      return &kContext;
    default:
      return nullptr;
  }
}

void PrepareStack() {
  void* frame = nullptr;
  backtrace(&frame, 1);
}

void CaptureStack(uint64_t* frames, uint32_t count) {
  void* all[kFrames + kOwnFrames];
  const int found = backtrace(all, kFrames + kOwnFrames);
  for (uint32_t i = 0; i < count; ++i) {
    const int at = static_cast<int>(i) + kOwnFrames;
    frames[i] = at < found ? reinterpret_cast<uintptr_t>(all[at]) : 0;
  }
}

}  // namespace scope::runtime
