// lease.h - who has a batch now. When nothing is to be done, nobody has one.
//
// Path:    source -> encode -> store: each takes over the lease that a batch carries
// Threads: a lease has one owner at a time, as its batch has.

#pragma once

#include <utility>

#include "pipeline/metrics.h"

namespace scope::pipeline {

class Lease {
 public:
  Lease() = default;
  // `role`: the gauge that counts its holders.
  Lease(Metrics& metrics, scope_metric role) : metrics_(&metrics), role_(role) {
    metrics_->Add(role_, 1);
  }
  ~Lease() { Return(); }
  Lease(Lease&& other) noexcept
      : metrics_(std::exchange(other.metrics_, nullptr)), role_(other.role_) {}
  Lease& operator=(Lease&& other) noexcept {
    if (this == &other) return *this;
    Return();
    metrics_ = std::exchange(other.metrics_, nullptr);
    role_ = other.role_;
    return *this;
  }

  void PassTo(scope_metric role) {
    if (metrics_ == nullptr) return;
    metrics_->Add(role, 1);
    metrics_->Subtract(role_, 1);
    role_ = role;
  }

 private:
  void Return() {
    if (metrics_ != nullptr) metrics_->Subtract(role_, 1);
    metrics_ = nullptr;
  }

  Metrics* metrics_ = nullptr;
  scope_metric role_ = kScopeMetricLeasesEncode;
};

}  // namespace scope::pipeline
