#include "sdk/trace/format_wide.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace scope::trace {
namespace {

constexpr size_t kLongDoubleBytes = 10;

// Bytes whose meaning is not known, or that are too few to have one.
std::string Raw(absl::string_view bytes) {
  return bytes.empty() ? "?" : absl::StrCat("bytes ", absl::BytesToHexString(bytes));
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
  if (!event.truncated) return Whole(event);
  return absl::StrCat(Whole(event), "... (", event.whole_bytes, ")");
}

}  // namespace scope::trace
