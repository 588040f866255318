// metrics.h - the collector's counts of itself, for whoever looks at it while it works.
//
// Path:    source, graph, recording -> THIS, file "metrics" (scope/wire/metrics.h) -> scope status
// Threads: any; each value is atomic on its own.
// Fails:   Open(): NotFound, FailedPrecondition: the collector is of another version.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "pipeline/mapped_file.h"
#include "scope/wire/metrics.h"

namespace scope::pipeline {

using MetricValues = std::array<uint64_t, kScopeMetricCount>;

class Metrics {
 public:
  // Where there is no room for the file nobody sees them.
  static std::unique_ptr<Metrics> Create(const std::string& folder);
  // Of a session that is taken over, or looked at. What a collector of an older version does not
  // count is 0.
  static absl::StatusOr<std::unique_ptr<Metrics>> Open(const std::string& folder);

  void Add(scope_metric metric, uint64_t count) {
    __atomic_fetch_add(&Value(metric), count, __ATOMIC_RELAXED);
  }
  void Subtract(scope_metric metric, uint64_t count) {
    __atomic_fetch_sub(&Value(metric), count, __ATOMIC_RELAXED);
  }
  void Set(scope_metric metric, uint64_t value) {
    __atomic_store_n(&Value(metric), value, __ATOMIC_RELAXED);
  }
  uint64_t Get(scope_metric metric) const {
    return __atomic_load_n(&Value(metric), __ATOMIC_RELAXED);
  }
  MetricValues Read() const;

 private:
  explicit Metrics(std::unique_ptr<MappedFile> file)
      : file_(std::move(file)), shared_(file_ != nullptr ? file_->As<scope_metrics>() : own_) {}
  uint64_t& Value(scope_metric metric) const { return shared_.values[metric]; }

  scope_metrics own_ = {};
  std::unique_ptr<MappedFile> file_;
  scope_metrics& shared_;
};

// Adds the time from its making to its end.
class BusyTime {
 public:
  BusyTime(Metrics& metrics, scope_metric metric);
  ~BusyTime();
  BusyTime(const BusyTime&) = delete;
  BusyTime& operator=(const BusyTime&) = delete;

 private:
  Metrics& metrics_;
  const scope_metric metric_;
  const int64_t began_ns_;
};

}  // namespace scope::pipeline
