// sparkline.h - a history of any length as a curve of a few characters: ▁▂▃▅▇.
//
// Path:    values in order -> THIS -> vars
// Threads: one owner.
// Fails:   never; NaN and infinity have no height and are left out.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace scope::viewers {

// Keeps means of equally many values each, twice as many whenever it runs out of room, so that a
// billion values take as much memory as a thousand.
class Sparkline {
 public:
  void Add(double value);

  // At most `width` characters, one for each value where there are fewer. The lowest mean is the
  // lowest bar; equal values make a flat low line. Empty when there was no finite value.
  std::string Text(size_t width) const;

 private:
  struct Bucket {
    double mean = 0;
    uint64_t count = 0;
  };
  static void Merge(Bucket& into, const Bucket& from);

  std::vector<Bucket> buckets_;
  uint64_t values_per_bucket_ = 1;
};

}  // namespace scope::viewers
