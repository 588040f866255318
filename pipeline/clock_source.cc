#include "pipeline/clock_source.h"

#include <cpuid.h>

#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace scope::pipeline {
namespace {

constexpr char kSysfs[] = "/sys/devices/system/clocksource/clocksource0";

// CPUID 0x80000007, EDX bit 8: one rate in all states of power, and it never stops.
bool IsCounterInvariant() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) != 0 && (edx & 1u << 8) != 0;
}

}  // namespace

ClockSource FindClockSource(bool counter_is_invariant, const std::string& sysfs) {
  if (!counter_is_invariant) {
    return {kScopeClockSourceMonotonic, "the processor's time stamp counter is not invariant"};
  }
  // A guest's kernel may prefer its host's clock; a counter that was found unstable is not offered.
  std::ifstream available(sysfs + "/available_clocksource");
  std::string name;
  bool any = false;
  while (available >> name) {
    if (name == "tsc") return {};
    any = true;
  }
  if (!any) return {};  // A sandbox that does not say.
  return {kScopeClockSourceMonotonic,
          "the kernel does not trust the processor's time stamp counter"};
}

absl::StatusOr<ClockSource> ChooseClockSource(const char* wanted) {
  const std::string name = wanted == nullptr ? "" : wanted;
  if (name.empty()) return FindClockSource(IsCounterInvariant(), kSysfs);
  if (name == "counter") return ClockSource{};
  if (name == "monotonic") return ClockSource{kScopeClockSourceMonotonic, ""};
  return absl::InvalidArgumentError(
      absl::StrCat("SCOPE_CLOCK is '", name, "', and must be counter or monotonic"));
}

}  // namespace scope::pipeline
