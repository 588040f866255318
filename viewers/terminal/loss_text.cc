#include "viewers/terminal/loss_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "scope/wire/clock.h"
#include "scope/wire/ring.h"
#include "viewers/terminal/printable.h"
#include "viewers/terminal/units.h"

namespace scope::viewers {
namespace {

// "thread 1", "threads 1 and 4", "7 threads".
std::string LosingThreads(const trace::Losses& losses) {
  const auto [one, other] = losses.named;
  if (losses.threads == 1) return absl::StrCat("thread ", one);
  if (losses.threads > 2) return absl::StrCat(losses.threads, " threads");
  return absl::StrCat("threads ", std::min(one, other), " and ", std::max(one, other));
}

// A ring that would have held the largest loss; empty when no ring could.
std::string LargerRing(const trace::TraceInfo& info, const trace::Losses& losses) {
  uint64_t bytes = std::max<uint64_t>(info.ring_bytes, SCOPE_RING_BYTES_MIN);
  while (bytes - info.ring_bytes < losses.dropped_max * SCOPE_RECORD_BYTES) {
    bytes *= 2;
    if (bytes > (uint64_t{1} << 30)) return "";
  }
  return SizeArgument(bytes);
}

}  // namespace

uint64_t LostEvents(const trace::TraceInfo& info, const trace::Losses& losses) {
  return info.dropped_without_ring + losses.dropped + losses.torn;
}

std::string LossText(const trace::TraceInfo& info, const trace::Losses& losses) {
  const uint64_t lost = LostEvents(info, losses);
  if (lost == 0) return "0 lost";
  const uint64_t emitted = info.dropped_without_ring + losses.emitted;
  std::string text = absl::StrCat(CountText(lost), " lost (", PercentText(lost, emitted), ")");
  if (lost > info.dropped_without_ring) absl::StrAppend(&text, " in ", LosingThreads(losses));
  if (info.dropped_without_ring > 0) {
    absl::StrAppend(&text, "; ", CountText(info.dropped_without_ring),
                    " of them from threads that could not get a ring");
  }
  if (!info.failure.empty()) {
    absl::StrAppend(&text, "; the trace could not be written: ", Printable(info.failure));
  } else if (info.limit_reached) {
    absl::StrAppend(&text, "; the size limit was reached: --limit raises it");
  } else if (losses.dropped > 0) {
    const std::string ring = LargerRing(info, losses);
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

const char* ClockSourceWord(uint8_t source) {
  return source == kScopeClockSourceMonotonic ? "monotonic" : "counter";
}

const char* ClockSourceText(uint8_t source) {
  return source == kScopeClockSourceMonotonic ? ", times from the system's clock" : "";
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
