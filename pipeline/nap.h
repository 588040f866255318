// nap.h - how long a collector sleeps that has found nothing.
//
// Path:    source -> THIS -> the next look
// Threads: one.

#pragma once

#include <algorithm>
#include <cstdint>

namespace scope::pipeline {

class Nap {
 public:
  // `longest_ns`: when nothing has come for long. Who waits for us rings a doorbell; who does not
  // wait loses what its ring cannot hold meanwhile.
  explicit Nap(int64_t longest_ns) : longest_ns_(longest_ns) {}

  // After a look that found `records`.
  int64_t NextNs(size_t records) {
    if (records > 0) {
      quiet_looks_ = 0;
      return kShortestNs;
    }
    if (++quiet_looks_ < kPatience) return kShortestNs;
    const int64_t longer = kShortestNs << std::min<int64_t>(1 + (quiet_looks_ - kPatience) / 4, 8);
    return std::min(longer, longest_ns_);
  }
  // Somebody rang.
  void Wake() { quiet_looks_ = 0; }

 private:
  static constexpr int64_t kShortestNs = 1'000'000;
  static constexpr int64_t kPatience = 20;

  const int64_t longest_ns_;
  int64_t quiet_looks_ = 0;
};

}  // namespace scope::pipeline
