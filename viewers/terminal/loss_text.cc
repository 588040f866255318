#include "viewers/terminal/loss_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scope/wire/ring.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

// "thread 1", "threads 1 and 4", "7 threads".
std::string LosingThreads(const std::vector<trace::Thread>& threads) {
  std::vector<uint32_t> numbers;
  for (const trace::Thread& thread : threads) {
    if (thread.dropped + thread.torn > 0) numbers.push_back(thread.number);
  }
  if (numbers.size() == 1) return absl::StrCat("thread ", numbers[0]);
  if (numbers.size() == 2) return absl::StrCat("threads ", numbers[0], " and ", numbers[1]);
  return absl::StrCat(numbers.size(), " threads");
}

// A ring that would have held the largest loss; empty when no ring could.
std::string LargerRing(const trace::TraceInfo& info, const std::vector<trace::Thread>& threads) {
  uint64_t dropped = 0;
  for (const trace::Thread& thread : threads) dropped = std::max(dropped, thread.dropped);
  uint64_t bytes = std::max<uint64_t>(info.ring_bytes, SCOPE_RING_BYTES_MIN);
  while (bytes - info.ring_bytes < dropped * SCOPE_RECORD_BYTES) {
    bytes *= 2;
    if (bytes > (uint64_t{1} << 30)) return "";
  }
  return SizeArgument(bytes);
}

}  // namespace

uint64_t LostEvents(const trace::TraceInfo& info, const std::vector<trace::Thread>& threads) {
  uint64_t lost = info.dropped_without_ring;
  for (const trace::Thread& thread : threads) lost += thread.dropped + thread.torn;
  return lost;
}

std::string LossText(const trace::TraceInfo& info, const std::vector<trace::Thread>& threads) {
  const uint64_t lost = LostEvents(info, threads);
  if (lost == 0) return "0 lost";
  uint64_t emitted = info.dropped_without_ring;
  uint64_t dropped = 0;
  for (const trace::Thread& thread : threads) {
    emitted += thread.emitted;
    dropped += thread.dropped;
  }
  std::string text = absl::StrCat(CountText(lost), " lost (", PercentText(lost, emitted), ")");
  if (lost > info.dropped_without_ring) absl::StrAppend(&text, " in ", LosingThreads(threads));
  if (info.dropped_without_ring > 0) {
    absl::StrAppend(&text, "; ", CountText(info.dropped_without_ring),
                    " of them from threads that could not get a ring");
  }
  if (info.limit_reached) {
    absl::StrAppend(&text, "; the size limit was reached: --limit raises it");
  } else if (dropped > 0) {
    const std::string ring = LargerRing(info, threads);
    absl::StrAppend(&text, "; ");
    if (info.on_full != kScopeOnFullBlock) {
      absl::StrAppend(&text, "--on-full block", ring.empty() ? "" : " or ");
    } else if (ring.empty()) {
      absl::StrAppend(&text, "a longer --block-timeout");
    }
    if (!ring.empty()) absl::StrAppend(&text, "--ring ", ring);
    absl::StrAppend(&text, " would have kept them");
  }
  return text;
}

std::string CutOffText(const trace::TraceInfo& info) {
  if (info.complete && info.damage.empty()) return "";
  if (!info.damage.empty()) return Printable(info.damage);
  return absl::StrCat("the recording was cut off at ", DurationText(info.recorded_ns), "; ",
                      CountText(info.event_count, "event"), " can be read");
}

const char* ClockWord(uint8_t clock) {
  switch (clock) {
    case kScopeClockOff:
      return "off";
    case kScopeClockAdaptive:
      return "adaptive";
    default:
      return "exact";
  }
}

}  // namespace scope::viewers
