// status_text.h - how a collector is doing, for people and for programs.
//
// Path:    metrics of running recordings -> THIS -> scope status
// Threads: any; functions only.
// Fails:   never.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "scope/wire/metrics.h"
#include "viewers/terminal/paint.h"

namespace scope::viewers {

using MetricValues = std::array<uint64_t, kScopeMetricCount>;

// A running recording, and what its collector counted.
struct CollectorStatus {
  std::string session;    // names it among those of this machine
  std::string program;    // path; empty: it has not joined yet
  std::string directory;  // of its trace; empty: a window is kept
  uint32_t collector_pid = 0;
  std::vector<uint32_t> pids;  // of processes that live
  MetricValues now{};
  MetricValues before{};  // some time ago; zeros: since the beginning
};

// Lines for a terminal: rates are those between `before` and `now`.
std::string StatusText(const CollectorStatus& status, const Paint& paint);

// An object of all metrics by their names.
std::string MetricsJson(const MetricValues& values);
std::string StatusJson(const CollectorStatus& status);

// In the text format of Prometheus, version 0.0.4. Nanoseconds become seconds.
std::string PrometheusText(absl::Span<const CollectorStatus> recordings);

}  // namespace scope::viewers
