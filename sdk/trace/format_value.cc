#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scope/trace/reader.h"
#include "sdk/trace/format_wide.h"

namespace scope::trace {
namespace {

// The shortest text that reads back as the same number; "1" becomes "1.0", to look its type.
template <typename Float>
std::string FormatFloat(Float value) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char text[40];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  std::string result(text, end);
  if (result.find_first_of(".e") == std::string::npos) result += ".0";
  return result;
}

std::string FormatChar(uint8_t c) {
  switch (c) {
    case '\0':
      return "'\\0'";
    case '\n':
      return "'\\n'";
    case '\r':
      return "'\\r'";
    case '\t':
      return "'\\t'";
    case '\'':
      return "'\\''";
    case '\\':
      return "'\\\\'";
    default:
      break;
  }
  if (c < 0x20 || c >= 0x7f) return absl::StrFormat("'\\x%02x'", c);
  return {'\'', static_cast<char>(c), '\''};
}

}  // namespace

std::string FormatValue(scope_value_type type, uint64_t bits) {
  switch (type) {
    case kScopeValueNone:
      return "";
    case kScopeValueBool:
      return bits == 0 ? "false" : "true";
    case kScopeValueI8:
    case kScopeValueI16:
    case kScopeValueI32:
    case kScopeValueI64:
      return absl::StrCat(static_cast<int64_t>(bits));
    case kScopeValueU8:
    case kScopeValueU16:
    case kScopeValueU32:
    case kScopeValueU64:
      return absl::StrCat(bits);
    // A float travels as a double; its own shortest text says what the program would say.
    case kScopeValueF32:
      return FormatFloat(static_cast<float>(std::bit_cast<double>(bits)));
    case kScopeValueF64:
      return FormatFloat(std::bit_cast<double>(bits));
    case kScopeValuePointer:
      return bits == 0 ? "nullptr" : absl::StrFormat("0x%x", bits);
    case kScopeValueChar:
      return FormatChar(static_cast<uint8_t>(bits));
    default:
      break;
  }
  return absl::StrFormat("0x%x", bits);
}

std::string FormatValue(const Event& event) {
  if (event.node->redacted) return "redacted";
  const scope_value_type type = event.node->value_type;
  if (SCOPE_IS_WIDE(type)) return FormatWide(event);
  if (const Type* facts = event.node->type; facts != nullptr) {
    if (facts->kind == TypeKind::kEnum) {
      const std::string name = EnumName(*facts, static_cast<int64_t>(event.bits));
      if (!name.empty()) return name;
    }
    if (facts->kind == TypeKind::kChar) {
      return FormatCharacter(event.bits, static_cast<uint32_t>(facts->bytes));
    }
  }
  return FormatValue(type, event.bits);
}

}  // namespace scope::trace
