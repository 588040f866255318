#include "sdk/trace/format_wide.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scope/trace/captured.h"

namespace scope::trace {
namespace {

constexpr size_t kLongDoubleBytes = 10;

// Bytes whose meaning is not known, or that are too few to have one.
std::string Raw(absl::string_view bytes) {
  return bytes.empty() ? "?" : absl::StrCat("bytes ", absl::BytesToHexString(bytes));
}

double HalfToDouble(uint32_t bits) {
  const uint32_t exponent = bits >> 10 & 0x1f;
  const double fraction = bits & 0x3ff;
  double value = std::ldexp(exponent == 0 ? fraction : fraction + 0x400,
                            static_cast<int>(exponent == 0 ? 1 : exponent) - 25);
  if (exponent == 0x1f) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  }
  return bits >> 15 != 0 ? -value : value;
}

// Decimal where a long double holds the number exactly, otherwise the digits that it has.
std::string FormatQuad(absl::string_view bytes) {
  unsigned __int128 bits = 0;
  std::memcpy(&bits, bytes.data(), sizeof(bits));
  const bool negative = bits >> 127 != 0;
  const auto exponent = static_cast<int>(bits >> 112 & 0x7fff);
  const unsigned __int128 fraction = bits & ((static_cast<unsigned __int128>(1) << 112) - 1);
  if (exponent == 0x7fff) return fraction != 0 ? "nan" : negative ? "-inf" : "inf";
  const unsigned __int128 hidden = static_cast<unsigned __int128>(exponent != 0) << 112;
  if ((fraction & ((uint64_t{1} << 49) - 1)) == 0) {
    const auto significand = static_cast<uint64_t>((hidden | fraction) >> 49);
    const long double value =
        std::ldexp(static_cast<long double>(significand), std::max(exponent, 1) - 16383 - 63);
    const long double shown = negative ? -value : value;
    return FormatLongDouble({reinterpret_cast<const char*>(&shown), kLongDoubleBytes});
  }
  return absl::StrFormat("%s0x%d.%012x%016xp%+d", negative ? "-" : "", exponent != 0 ? 1 : 0,
                         static_cast<uint64_t>(fraction >> 64), static_cast<uint64_t>(fraction),
                         std::max(exponent, 1) - 16383);
}

size_t FloatBytes(uint64_t significand_bits) {
  switch (significand_bits) {
    case 8:
    case 11:
      return 2;
    case 24:
      return 4;
    case 53:
      return 8;
    case 113:
      return 16;
    default:
      return kLongDoubleBytes;
  }
}

std::string Whole(const Event& event) {
  const absl::string_view bytes = event.bytes;
  switch (event.node->value_type) {
    case kScopeValueI128:
    case kScopeValueU128:
      if (bytes.size() != 16) return Raw(bytes);
      return FormatInteger(bytes, event.node->value_type == kScopeValueI128);
    case kScopeValueLongDouble:
      return bytes.size() < kLongDoubleBytes ? Raw(bytes) : FormatLongDouble(bytes);
    case kScopeValueText:
      return FormatText(bytes);
    case kScopeValueObject:
      return event.node->type != nullptr ? FormatTyped(*event.node->type, bytes) : Raw(bytes);
    case kScopeValueCaptured:
      return FormatCaptured(ReadCaptured(bytes));
    default:
      return Raw(bytes);
  }
}

}  // namespace

std::string FormatInteger(absl::string_view bytes, bool is_signed) {
  unsigned __int128 value = 0;
  const size_t count = std::min<size_t>(bytes.size(), sizeof(value));
  std::memcpy(&value, bytes.data(), count);
  const unsigned shift = static_cast<unsigned>(8 * (sizeof(value) - count));
  const bool negative = is_signed && count > 0 && value >> (8 * count - 1) != 0;
  if (negative) value = (0 - (value << shift)) >> shift;
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string FormatLongDouble(absl::string_view bytes) {
  static_assert(sizeof(long double) >= kLongDoubleBytes);
  long double value = 0;
  std::memcpy(&value, bytes.data(), kLongDoubleBytes);
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char text[64];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  std::string result(text, end);
  if (result.find_first_of(".e") == std::string::npos) result += ".0";
  return result;
}

std::string FormatFloatBytes(absl::string_view bytes, uint64_t significand_bits) {
  if (bytes.size() < FloatBytes(significand_bits)) return Raw(bytes);
  switch (significand_bits) {
    case 8: {  // the upper half of a float
      const uint32_t bits = static_cast<uint32_t>(static_cast<uint8_t>(bytes[1])) << 24 |
                            static_cast<uint32_t>(static_cast<uint8_t>(bytes[0])) << 16;
      return FormatValue(kScopeValueF32,
                         std::bit_cast<uint64_t>(double{std::bit_cast<float>(bits)}));
    }
    case 11: {
      const auto bits = static_cast<uint32_t>(static_cast<uint8_t>(bytes[0]) |
                                              static_cast<uint8_t>(bytes[1]) << 8);
      return FormatValue(kScopeValueF32, std::bit_cast<uint64_t>(HalfToDouble(bits)));
    }
    case 24: {
      float value;
      std::memcpy(&value, bytes.data(), sizeof(value));
      return FormatValue(kScopeValueF32, std::bit_cast<uint64_t>(double{value}));
    }
    case 53: {
      uint64_t bits;
      std::memcpy(&bits, bytes.data(), sizeof(bits));
      return FormatValue(kScopeValueF64, bits);
    }
    case 64:
      return FormatLongDouble(bytes);
    case 113:
      return FormatQuad(bytes);
    default:
      return Raw(bytes);
  }
}

std::string FormatCharacter(uint64_t code, uint32_t bytes) {
  if (bytes == 1 || code < 0x80) return FormatValue(kScopeValueChar, code);
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  if (code < 0xa0 || is_surrogate || code > 0x10ffff) return absl::StrFormat("'\\x%x'", code);
  std::string utf8;
  if (code < 0x800) {
    utf8 = {static_cast<char>(0xc0 | code >> 6)};
  } else if (code < 0x10000) {
    utf8 = {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f))};
  } else {
    utf8 = {static_cast<char>(0xf0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3f)),
            static_cast<char>(0x80 | (code >> 6 & 0x3f))};
  }
  utf8 += static_cast<char>(0x80 | (code & 0x3f));
  return absl::StrCat("'", utf8, "'");
}

std::string FormatText(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppendFormat(&quoted, "\\x%02x", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string FormatWide(const Event& event) {
  // An object says itself where it ends.
  const bool is_typed = event.node->value_type == kScopeValueObject && event.node->type != nullptr;
  if (!event.truncated || is_typed) return Whole(event);
  return absl::StrCat(Whole(event), "... (", event.whole_bytes, ")");
}

}  // namespace scope::trace
