#include "sdk/query/bounds.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace scope::query {
namespace {

constexpr double kTooLarge = 9223372036854775808.0;  // 2^63

// As SQLite's column affinity INTEGER does with a text that is a number.
Value AsNumber(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return value;
  int64_t integer = 0;
  if (absl::SimpleAtoi(*text, &integer)) return integer;
  double real = 0;
  if (absl::SimpleAtod(*text, &real) && !std::isnan(real)) return real;
  return value;
}

bool Equals(const Value& value, uint64_t number) {
  const Value wanted = AsNumber(value);
  if (const auto* integer = std::get_if<int64_t>(&wanted)) {
    return *integer >= 0 && static_cast<uint64_t>(*integer) == number;
  }
  const auto* real = std::get_if<double>(&wanted);
  return real != nullptr && *real >= 0 && *real < kTooLarge && *real == std::floor(*real) &&
         static_cast<uint64_t>(*real) == number;
}

bool Equals(const Value& value, const std::string& text) {
  if (const auto* wanted = std::get_if<std::string>(&value)) return *wanted == text;
  // As column affinity TEXT does; no name of a program is a number with a fraction.
  const auto* integer = std::get_if<int64_t>(&value);
  return integer != nullptr && absl::StrCat(*integer) == text;
}

template <typename T>
bool MeetsAll(const Plan& plan, int column, const T& wanted) {
  return std::all_of(plan.constraints.begin(), plan.constraints.end(), [&](const Constraint& one) {
    return one.column != column || one.op != Op::kEqual ||
           std::any_of(one.values.begin(), one.values.end(),
                       [&](const Value& value) { return Equals(value, wanted); });
  });
}

}  // namespace

void Bounds::Meet(Op op, const Value& value) {
  constexpr Bounds kNothing = {1, 0};
  const Value limit = AsNumber(value);
  const bool is_upper = op == Op::kLess || op == Op::kAtMost;
  double real = 0;
  if (const auto* integer = std::get_if<int64_t>(&limit)) {
    if (*integer < 0) {
      if (is_upper || op == Op::kEqual) *this = kNothing;
      return;
    }
    const auto number = static_cast<uint64_t>(*integer);
    if (op == Op::kLess && number == 0) {
      *this = kNothing;
    } else if (is_upper) {
      last = std::min(last, op == Op::kLess ? number - 1 : number);
    } else if (op == Op::kEqual) {
      first = std::max(first, number);
      last = std::min(last, number);
    } else {
      first = std::max(first, op == Op::kGreater ? number + 1 : number);
    }
    return;
  }
  if (std::holds_alternative<std::monostate>(limit)) {
    *this = kNothing;
    return;
  }
  if (const auto* number = std::get_if<double>(&limit)) {
    real = *number;
  } else {
    // Numbers come before texts and blobs.
    real = kTooLarge;
  }
  if (op == Op::kEqual) {
    if (real != std::floor(real) || real < 0 || real >= kTooLarge) {
      *this = kNothing;
    } else {
      Meet(op, Value(static_cast<int64_t>(real)));
    }
  } else if (real < 0) {
    if (is_upper) *this = kNothing;
  } else if (real >= kTooLarge) {
    if (!is_upper) *this = kNothing;
  } else if (real == std::floor(real)) {
    Meet(op, Value(static_cast<int64_t>(real)));
  } else {
    Meet(is_upper ? Op::kAtMost : Op::kGreater, Value(static_cast<int64_t>(std::floor(real))));
  }
}

Bounds BoundsOf(const Plan& plan, int column) {
  Bounds bounds;
  for (const Constraint& constraint : plan.constraints) {
    if (constraint.column != column) continue;
    Bounds around = {~uint64_t{0}, 0};
    for (const Value& value : constraint.values) {
      Bounds one;
      one.Meet(constraint.op, value);
      if (one.is_empty()) continue;
      around.first = std::min(around.first, one.first);
      around.last = std::max(around.last, one.last);
    }
    bounds.first = std::max(bounds.first, around.first);
    bounds.last = std::min(bounds.last, around.last);
    if (around.is_empty()) return {1, 0};
  }
  return bounds;
}

bool Meets(const Plan& plan, int column, uint64_t number) { return MeetsAll(plan, column, number); }

bool Meets(const Plan& plan, int column, const std::string& text) {
  return MeetsAll(plan, column, text);
}

}  // namespace scope::query
