#include "pipeline/metrics.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "pipeline/shared.h"

namespace scope::pipeline {
namespace {

static_assert(kScopeMetricCount <= SCOPE_METRICS_MAX);

std::string PathIn(const std::string& folder) {
  return absl::StrCat(folder, "/" SCOPE_METRICS_FILE);
}

}  // namespace

std::unique_ptr<Metrics> Metrics::Create(const std::string& folder) {
  auto file = MappedFile::Create(PathIn(folder), sizeof(scope_metrics));
  std::unique_ptr<Metrics> metrics(new Metrics(file.ok() ? *std::move(file) : nullptr));
  scope_metrics& shared = metrics->shared_;
  shared.layout = SCOPE_METRICS_LAYOUT;
  shared.count = kScopeMetricCount;
  Publish(shared.magic, SCOPE_METRICS_MAGIC);
  return metrics;
}

absl::StatusOr<std::unique_ptr<Metrics>> Metrics::Open(const std::string& folder) {
  auto file = MappedFile::Open(PathIn(folder), sizeof(scope_metrics), 2 * sizeof(scope_metrics));
  if (!file.ok()) return file.status();
  const auto& shared = (*file)->As<scope_metrics>();
  if (Load(shared.magic) != SCOPE_METRICS_MAGIC || shared.layout != SCOPE_METRICS_LAYOUT) {
    return absl::FailedPreconditionError(
        absl::StrCat(folder, " is of another version of scope: ask with that one"));
  }
  return std::unique_ptr<Metrics>(new Metrics(*std::move(file)));
}

MetricValues Metrics::Read() const {
  MetricValues values;
  for (size_t i = 0; i < values.size(); ++i) values[i] = Get(static_cast<scope_metric>(i));
  return values;
}

BusyTime::BusyTime(Metrics& metrics, scope_metric metric)
    : metrics_(metrics), metric_(metric), began_ns_(MonotonicNs()) {}

BusyTime::~BusyTime() { metrics_.Add(metric_, static_cast<uint64_t>(MonotonicNs() - began_ns_)); }

}  // namespace scope::pipeline
