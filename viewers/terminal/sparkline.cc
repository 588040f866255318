#include "viewers/terminal/sparkline.h"

#include <algorithm>
#include <cmath>

namespace scope::viewers {
namespace {

constexpr size_t kBucketsMax = 1024;
constexpr const char* kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr int kBarCount = 8;

}  // namespace

// Weighted, so that no sum can overflow.
void Sparkline::Merge(Bucket& into, const Bucket& from) {
  if (from.count == 0) return;
  const double share =
      static_cast<double>(from.count) / static_cast<double>(into.count + from.count);
  into.mean = into.mean * (1 - share) + from.mean * share;
  into.count += from.count;
}

void Sparkline::Add(double value) {
  if (!std::isfinite(value)) return;
  if (buckets_.empty() || buckets_.back().count == values_per_bucket_) {
    if (buckets_.size() == kBucketsMax) {
      for (size_t i = 0; i < kBucketsMax / 2; ++i) {
        Bucket merged = buckets_[2 * i];
        Merge(merged, buckets_[2 * i + 1]);
        buckets_[i] = merged;
      }
      buckets_.resize(kBucketsMax / 2);
      values_per_bucket_ *= 2;
    }
    buckets_.emplace_back();
  }
  Merge(buckets_.back(), {value, 1});
}

std::string Sparkline::Text(size_t width) const {
  const size_t columns = std::min(width, buckets_.size());
  if (columns == 0) return "";
  std::vector<Bucket> shown(columns);
  for (size_t i = 0; i < buckets_.size(); ++i)
    Merge(shown[i * columns / buckets_.size()], buckets_[i]);

  const auto [low, high] = std::minmax_element(
      shown.begin(), shown.end(), [](const Bucket& a, const Bucket& b) { return a.mean < b.mean; });
  // Halved, because the difference of two doubles may be too large for one.
  const double range = high->mean / 2 - low->mean / 2;
  std::string text;
  for (const Bucket& bucket : shown) {
    const double height = range > 0 ? (bucket.mean / 2 - low->mean / 2) / range : 0;
    text += kBars[std::clamp(static_cast<int>(height * kBarCount), 0, kBarCount - 1)];
  }
  return text;
}

}  // namespace scope::viewers
