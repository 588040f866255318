// clock_source.h - chooses what time stamps are read from.
//
// Path:    processor, kernel, SCOPE_CLOCK -> THIS -> session's clock_source
// Threads: any.
// Fails:   InvalidArgument: SCOPE_CLOCK names no source.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "scope/wire/clock.h"

namespace scope::pipeline {

struct ClockSource {
  scope_clock_source source = kScopeClockSourceCounter;
  std::string why;  // it is not the counter; empty where nobody asked for another
};

// What the machine has: the counter, if it is invariant and the kernel has not found it unstable.
// `sysfs` is a folder as /sys/devices/system/clocksource/clocksource0.
ClockSource FindClockSource(bool counter_is_invariant, const std::string& sysfs);

// `wanted` ("counter", "monotonic"; null or empty: whatever the machine has) is SCOPE_CLOCK.
absl::StatusOr<ClockSource> ChooseClockSource(const char* wanted);

}  // namespace scope::pipeline
