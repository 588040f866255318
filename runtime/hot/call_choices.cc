#include "runtime/hot/call_choices.h"

#include "runtime/cold/meter_rows.h"
#include "runtime/hot/shared.h"

namespace scope::runtime {
namespace {

constexpr uint32_t kNone = ~uint32_t{0};
constexpr uint32_t kWayMax = 64;

// From the innermost on: the one with this very frame; or else the first that still has one, which
// a variable array may have made deeper; or else the first of the function.
uint32_t FindCall(uint32_t slot, uint64_t frame) {
  const CallChoice* const calls = t_meter.calls;
  uint32_t first = kNone;
  uint32_t above = kNone;
  for (uint32_t i = t_meter.depth; i > 0; --i) {
    if (calls[i - 1].slot != slot) continue;
    if (calls[i - 1].frame == frame) return i - 1;
    if (first == kNone) first = i - 1;
    if (above == kNone && calls[i - 1].frame > frame) above = i - 1;
  }
  return above != kNone ? above : first;
}

// Of those above `at`, keeps what lies on another stack; the others have ended, for an event of
// this very call says that it is the innermost.
void DropCallsAbove(uint32_t at, bool with_it) {
  CallChoice* const calls = t_meter.calls;
  const uint64_t frame = calls[at].frame;
  uint32_t kept = with_it ? at : at + 1;
  for (uint32_t i = at + 1; i < t_meter.depth; ++i) {
    if (calls[i].frame >= frame) calls[kept++] = calls[i];
  }
  Store(t_meter.depth, kept);
}

}  // namespace

bool BeginCall(uint32_t slot, uint64_t frame, bool is_stored) {
  if (!HaveRoomForCall(frame)) return false;
  // The place is taken before it is filled: a handler in between uses the next one.
  const uint32_t at = t_meter.depth;
  Store(t_meter.depth, at + 1);
  t_meter.calls[at] = {frame, slot, is_stored ? 1u : 0u};
  return true;
}

bool IsCallStored(uint32_t slot, uint64_t frame, bool ends) {
  const uint32_t at = FindCall(slot, frame);
  if (at == kNone) return true;
  const bool is_stored = t_meter.calls[at].is_stored != 0;
  // What longjmp has left is only looked for when it makes the way long: a fiber's calls may lie
  // there, too.
  if (ends || t_meter.depth - at > kWayMax) DropCallsAbove(at, ends);
  return is_stored;
}

}  // namespace scope::runtime
