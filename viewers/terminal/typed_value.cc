#include "viewers/terminal/typed_value.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "viewers/terminal/json_text.h"
#include "viewers/terminal/typed_json.h"

namespace scope::viewers {
namespace {

bool IsSigned(scope_value_type type) {
  return type == kScopeValueI8 || type == kScopeValueI16 || type == kScopeValueI32 ||
         type == kScopeValueI64 || type == kScopeValueChar;
}

double FromBits(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

template <typename Number>
Number FromBytes(const trace::Event& event) {
  Number number = 0;
  std::memcpy(&number, event.bytes.data(), std::min(event.bytes.size(), sizeof(number)));
  return number;
}

// A string of one character: a byte above 127 is the character of the same number. What is no byte
// stays a number.
std::string CharJson(uint64_t bits) {
  const auto value = static_cast<int64_t>(bits);
  if (value < -128 || value > 255) return absl::StrCat(value);
  const auto byte = static_cast<unsigned char>(value);
  if (byte < 0x80) return JsonString(std::string(1, static_cast<char>(byte)));
  const char utf8[] = {static_cast<char>(0xc0 | (byte >> 6)),
                       static_cast<char>(0x80 | (byte & 0x3f))};
  return JsonString(absl::string_view(utf8, sizeof(utf8)));
}

}  // namespace

bool IsFloating(scope_value_type type) { return type == kScopeValueF32 || type == kScopeValueF64; }

bool IsNumeric(scope_value_type type) {
  return type != kScopeValueNone && type != kScopeValuePointer && type != kScopeValueObject &&
         type != kScopeValueText && type != kScopeValueCaptured;
}

bool LessThan(scope_value_type type, uint64_t a, uint64_t b) {
  if (IsFloating(type)) return FromBits(a) < FromBits(b);
  if (IsSigned(type)) return static_cast<int64_t>(a) < static_cast<int64_t>(b);
  return a < b;
}

double AsDouble(scope_value_type type, uint64_t bits) {
  if (IsFloating(type)) return FromBits(bits);
  if (IsSigned(type)) return static_cast<double>(static_cast<int64_t>(bits));
  return static_cast<double>(bits);
}

std::string ValueJson(scope_value_type type, uint64_t bits) {
  if (type == kScopeValueNone) return "null";
  if (type == kScopeValueBool) return bits != 0 ? "true" : "false";
  if (type == kScopeValuePointer) return absl::StrFormat("\"0x%x\"", bits);
  if (type == kScopeValueChar) return CharJson(bits);
  if (IsFloating(type)) return JsonDouble(FromBits(bits));
  if (IsSigned(type)) return absl::StrCat(static_cast<int64_t>(bits));
  return absl::StrCat(bits);
}

bool LessThan(const trace::Event& a, const trace::Event& b) {
  switch (const scope_value_type type = a.node->value_type) {
    case kScopeValueI128:
      return FromBytes<__int128>(a) < FromBytes<__int128>(b);
    case kScopeValueU128:
      return FromBytes<unsigned __int128>(a) < FromBytes<unsigned __int128>(b);
    case kScopeValueLongDouble:
      return FromBytes<long double>(a) < FromBytes<long double>(b);
    default:
      return LessThan(type, a.bits, b.bits);
  }
}

double AsDouble(const trace::Event& event) {
  switch (const scope_value_type type = event.node->value_type) {
    case kScopeValueI128:
      return static_cast<double>(FromBytes<__int128>(event));
    case kScopeValueU128:
      return static_cast<double>(FromBytes<unsigned __int128>(event));
    case kScopeValueLongDouble:
      return static_cast<double>(FromBytes<long double>(event));
    default:
      return AsDouble(type, event.bits);
  }
}

std::string ValueJson(const trace::Event& event) {
  const scope_value_type type = event.node->value_type;
  if (!SCOPE_IS_WIDE(type)) return ValueJson(type, event.bits);
  if (type == kScopeValueText) return JsonString(event.bytes);
  if (type == kScopeValueObject && event.node->type != nullptr) {
    return TypedJson(*event.node->type, event.bytes);
  }
  const std::string text = trace::FormatValue(event);
  const bool is_number = !event.truncated && type != kScopeValueObject &&
                         type != kScopeValueCaptured && !text.ends_with("nan") &&
                         !text.ends_with("inf");
  return is_number ? text : JsonString(text);
}

}  // namespace scope::viewers
