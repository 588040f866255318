#include "tools/quantity.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace scope::tools {
namespace {

struct Unit {
  const char* name;
  double factor;
};

constexpr Unit kSizes[] = {{"", 1},
                           {"k", 1024.0},
                           {"m", 1024.0 * 1024},
                           {"g", 1024.0 * 1024 * 1024},
                           {"t", 1024.0 * 1024 * 1024 * 1024}};
constexpr Unit kTimes[] = {{"ns", 1},  {"us", 1e3},   {"µs", 1e3},  {"ms", 1e6},
                           {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}};

// Splits "1.5G" into 1.5 and "G". False: it does not start with a number.
bool Split(const std::string& text, double& number, std::string& unit) {
  const size_t end = text.find_first_not_of("0123456789.");
  const std::string digits = text.substr(0, end);
  if (digits.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(digits[0]))) return false;
  if (!absl::SimpleAtod(digits, &number)) return false;
  unit = end == std::string::npos ? "" : text.substr(end);
  absl::StripLeadingAsciiWhitespace(&unit);
  return true;
}

// -1: no such unit.
template <size_t n>
double Factor(const Unit (&units)[n], const std::string& name) {
  for (const Unit& unit : units) {
    if (name == unit.name) return unit.factor;
  }
  return -1;
}

}  // namespace

absl::StatusOr<uint64_t> ParseCount(const std::string& text) {
  uint64_t count = 0;
  // Not SimpleAtoi alone: it accepts signs and spaces.
  if (text.find_first_not_of("0123456789") != std::string::npos ||
      !absl::SimpleAtoi(text, &count)) {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is no number"));
  }
  return count;
}

absl::StatusOr<uint64_t> ParseSize(const std::string& text) {
  double number = 0;
  std::string unit;
  double bytes = -1;
  if (Split(text, number, unit)) {
    std::string name = absl::AsciiStrToLower(unit);
    if (name.size() > 1 && name.substr(1) == "ib") name.resize(1);
    if (name == "b") name.clear();
    bytes = number * Factor(kSizes, name);
  }
  if (bytes < 0) {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is no size; 64K, 1M and 2G are"));
  }
  if (bytes >= 9.2e18) return absl::InvalidArgumentError(absl::StrCat("'", text, "' is too large"));
  return static_cast<uint64_t>(std::llround(bytes));
}

absl::StatusOr<int64_t> ParseDurationNs(const std::string& text) {
  double number = 0;
  std::string unit;
  double ns = -1;
  if (Split(text, number, unit)) {
    ns = unit.empty() && number == 0 ? 0 : number * Factor(kTimes, unit);
  }
  if (ns < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is no duration; 10ms, 2s and 1min are"));
  }
  if (ns >= 9.2e18) return absl::InvalidArgumentError(absl::StrCat("'", text, "' is too long"));
  return std::llround(ns);
}

}  // namespace scope::tools
