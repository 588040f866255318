#include "pipeline/meter_change.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace scope::pipeline {

constexpr uint32_t kPerSecondMax = 1'000'000'000;

std::string MeterChange::Text() const {
  if (number == (is_rate ? 0 : 1)) return absl::StrCat(glob, "=off");
  return absl::StrCat(glob, "=", number, is_rate ? "/s" : "");
}

absl::StatusOr<MeterChange> ParseMeterChange(const std::string& text, bool is_rate) {
  const size_t equals = text.rfind('=');
  MeterChange change{.glob = text.substr(0, equals), .is_rate = is_rate, .number = 0};
  std::string number = equals == text.npos ? "" : text.substr(equals + 1);
  const bool is_off = number == "off";
  if (is_off) number = is_rate ? "0/s" : "1";
  bool is_right = !change.glob.empty() && change.glob.find('\n') == text.npos;
  if (is_rate) {
    is_right = is_right && absl::EndsWith(number, "/s");
    if (is_right) number.resize(number.size() - 2);
  }
  is_right = is_right && absl::SimpleAtoi(number, &change.number);
  if (is_rate) {
    is_right = is_right && change.number <= kPerSecondMax && (change.number > 0 || is_off);
  } else {
    is_right = is_right && change.number > 0;
  }
  if (is_right) return change;
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is not GLOB=", is_rate ? "N/s" : "N", ": a function or variable, ",
                   is_rate ? "and at most how many events of it a second, as in 'step=1000/s'"
                           : "and of how many events of it one is stored, as in 'step=100'",
                   "; or GLOB=off"));
}

}  // namespace scope::pipeline
