#include "viewers/terminal/units.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace scope::viewers {

std::string CountText(uint64_t count) {
  std::string digits = absl::StrCat(count);
  for (size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

std::string CountText(uint64_t count, const char* noun) {
  return absl::StrCat(CountText(count), " ", noun, count == 1 ? "" : "s");
}

std::string DurationText(int64_t ns) {
  if (ns < 0) return absl::StrCat("-", DurationText(ns == INT64_MIN ? INT64_MAX : -ns));
  const double value = static_cast<double>(ns);
  if (ns < 1000) return absl::StrFormat("%d ns", ns);
  if (ns < 999'950) return absl::StrFormat("%.1f us", value / 1e3);
  if (ns < 99'950'000) return absl::StrFormat("%.1f ms", value / 1e6);
  if (ns < 119'995'000'000) return absl::StrFormat("%.2f s", value / 1e9);
  const int64_t seconds = ns / 1'000'000'000 + (ns % 1'000'000'000 >= 500'000'000);
  return absl::StrFormat("%d min %d s", seconds / 60, seconds % 60);
}

std::string StampText(int64_t ns) {
  const double value = static_cast<double>(ns);
  if (ns < 999'950) return DurationText(ns);
  if (ns < 99'999'950) return absl::StrFormat("%.4f ms", value / 1e6);
  if (ns < 999'999'500) return absl::StrFormat("%.3f ms", value / 1e6);
  if (ns < 9'999'999'500) return absl::StrFormat("%.6f s", value / 1e9);
  if (ns < 99'999'995'000) return absl::StrFormat("%.5f s", value / 1e9);
  return absl::StrFormat("%.3f s", value / 1e9);
}

std::string BytesText(uint64_t bytes) {
  if (bytes < 1000) return absl::StrFormat("%d B", bytes);
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return absl::StrFormat("%.*f %s", value < 99.95 ? 1 : 0, value, kUnits[unit]);
}

std::string PercentText(uint64_t part, uint64_t whole) {
  if (whole == 0) return "0%";
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (part > 0 && percent < 0.05) return "<0.1%";
  return absl::StrFormat("%.1f%%", percent);
}

std::string SizeArgument(uint64_t bytes) {
  constexpr const char* kUnits[] = {"", "K", "M", "G", "T"};
  size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes = bytes / 1024 + (bytes % 1024 != 0);
    ++unit;
  }
  return absl::StrCat(bytes, kUnits[unit]);
}

}  // namespace scope::viewers
