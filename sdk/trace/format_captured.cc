#include <cxxabi.h>

#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scope/trace/captured.h"
#include "scope/trace/reader.h"

namespace scope::trace {
namespace {

std::string FormatF(const Captured& value) {
  const bool narrow = value.tag == kScopeCapturedF32;
  return FormatValue(narrow ? kScopeValueF32 : kScopeValueF64,
                     std::bit_cast<uint64_t>(value.floating));
}

std::string Format128(const Captured& value) {
  unsigned __int128 rest = static_cast<unsigned __int128>(value.high) << 64 | value.number;
  const bool negative = value.tag == kScopeCapturedI128 && (value.high >> 63) != 0;
  if (negative) rest = 0 - rest;
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0);
  return (negative ? "-" : "") + digits;
}

std::string FormatCharacter(uint64_t c) {
  if (c < 0x80) return FormatValue(kScopeValueChar, c);
  return c < 0x100 ? absl::StrFormat("'\\x%02x'", c) : absl::StrFormat("U'\\u%04x'", c);
}

// Elements that are not there are counted where their number is known.
std::string Missing(const Captured& group, size_t there, absl::string_view before) {
  if (group.tag == kScopeCapturedSequence || group.tag == kScopeCapturedMap) {
    if (group.number != kUnknownCount && group.number > there) {
      return absl::StrCat(before, "... ", group.number - there, " more");
    }
  }
  return group.cut ? absl::StrCat(before, "...") : "";
}

std::string FormatMap(const Captured& map) {
  std::string text = "{";
  size_t pairs = 0;
  for (size_t i = 0; i + 1 < map.in.size(); i += 2, ++pairs) {
    absl::StrAppend(&text, pairs == 0 ? "" : ", ", "[", FormatCaptured(map.in[i]),
                    "] = ", FormatCaptured(map.in[i + 1]));
  }
  return absl::StrCat(text, Missing(map, pairs, pairs == 0 ? "" : ", "), "}");
}

std::string FormatGroup(const Captured& group) {
  const bool tuple = group.tag == kScopeCapturedTuple;
  std::string text = tuple ? "(" : "{";
  for (size_t i = 0; i < group.in.size(); ++i) {
    if (i > 0) text += ", ";
    if (group.tag == kScopeCapturedRecord) absl::StrAppend(&text, group.in[i].name, " = ");
    text += FormatCaptured(group.in[i]);
  }
  const bool empty = group.in.empty();
  return absl::StrCat(text, Missing(group, group.in.size(), empty ? "" : ", "), tuple ? ")" : "}");
}

absl::string_view Unit(uint64_t numerator, uint64_t denominator) {
  if (numerator == 1) {
    if (denominator == 1) return "s";
    if (denominator == 1'000) return "ms";
    if (denominator == 1'000'000) return "us";
    if (denominator == 1'000'000'000) return "ns";
  }
  if (denominator == 1) {
    if (numerator == 60) return "min";
    if (numerator == 3600) return "h";
    if (numerator == 86400) return "d";
  }
  return "";
}

std::string FormatDuration(const Captured& duration) {
  const std::string count = FormatCaptured(duration.in.front());
  const absl::string_view unit = Unit(duration.number, duration.high);
  if (!unit.empty()) return absl::StrCat(count, unit);
  return absl::StrCat(count, "[", duration.number, "/", duration.high, "]s");
}

std::string TypeName(const std::string& mangled) {
  if (mangled.empty()) return "exception";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
  return name != nullptr ? name.get() : mangled;
}

}  // namespace

std::string QuoteText(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        quoted += '\\';
        quoted += c;
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '\r':
        quoted += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<unsigned char>(c));
        } else {
          quoted += c;
        }
    }
  }
  return quoted + '"';
}

std::string FormatCaptured(const Captured& value) {
  switch (value.tag) {
    case kScopeCapturedFalse:
      return "false";
    case kScopeCapturedTrue:
      return "true";
    case kScopeCapturedSigned:
      return absl::StrCat(static_cast<int64_t>(value.number));
    case kScopeCapturedUnsigned:
      return absl::StrCat(value.number);
    case kScopeCapturedChar:
      return FormatCharacter(value.number);
    case kScopeCapturedF32:
    case kScopeCapturedF64:
    case kScopeCapturedF80:
      return FormatF(value);
    case kScopeCapturedI128:
    case kScopeCapturedU128:
      return Format128(value);
    case kScopeCapturedPointer:
      return FormatValue(kScopeValuePointer, value.number);
    case kScopeCapturedText:
      if (!value.cut) return QuoteText(value.text);
      if (value.number == kUnknownCount) return absl::StrCat(QuoteText(value.text), "...");
      return absl::StrCat(QuoteText(value.text), "... ", value.number - value.text.size(), " more");
    case kScopeCapturedBits:
      return absl::StrCat("0b", value.text, value.cut ? "..." : "");
    case kScopeCapturedMap:
      return FormatMap(value);
    case kScopeCapturedSequence:
    case kScopeCapturedTuple:
    case kScopeCapturedRecord:
      return FormatGroup(value);
    case kScopeCapturedTyped:
      return absl::StrCat(value.text, " ", FormatCaptured(value.in.front()));
    case kScopeCapturedSome:
      return absl::StrCat("optional(", FormatCaptured(value.in.front()), ")");
    case kScopeCapturedNothing:
      return "nullopt";
    case kScopeCapturedUnexpected:
      return absl::StrCat("unexpected(", FormatCaptured(value.in.front()), ")");
    case kScopeCapturedAlternative:
      return absl::StrCat("#", value.number, " ", FormatCaptured(value.in.front()));
    case kScopeCapturedValueless:
      return "valueless";
    case kScopeCapturedPointsTo:
      return absl::StrCat("-> ", FormatCaptured(value.in.front()));
    case kScopeCapturedNull:
      return "nullptr";
    case kScopeCapturedDuration:
      return FormatDuration(value);
    case kScopeCapturedTimePoint:
      return absl::StrCat("epoch + ", FormatCaptured(value.in.front()));
    case kScopeCapturedErrorCode:
      return absl::StrCat(value.text, ":", static_cast<int64_t>(value.number));
    case kScopeCapturedException:
      return absl::StrCat(TypeName(value.text), "(", FormatCaptured(value.in.front()), ")");
    case kScopeCapturedType:
      return TypeName(value.text);
    case kScopeCapturedOpaque:
      return absl::StrCat("{", value.number, " bytes}");
    case kScopeCapturedRedacted:
      return "redacted";
    default:
      return "...";
  }
}

}  // namespace scope::trace
