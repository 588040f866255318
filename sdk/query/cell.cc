#include "sdk/query/cell.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/str_format.h"
#include "scope/trace/captured.h"

namespace scope::query {
namespace {

constexpr uint64_t kIntegerMax = static_cast<uint64_t>(INT64_MAX);

uint64_t LittleEndian(absl::string_view bytes) {
  uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), std::min<size_t>(bytes.size(), sizeof(bits)));
  return bits;
}

double DoubleOf(const trace::Type& type, absl::string_view bytes) {
  if (type.bytes == sizeof(float)) {
    return std::bit_cast<float>(static_cast<uint32_t>(LittleEndian(bytes)));
  }
  if (type.bytes == sizeof(double)) return std::bit_cast<double>(LittleEndian(bytes));
  long double value = 0;
  std::memcpy(&value, bytes.data(), std::min<size_t>(bytes.size(), 10));
  return static_cast<double>(value);
}

int64_t SignExtended(uint64_t bits, uint32_t width) {
  if (width == 0 || width >= 64) return static_cast<int64_t>(bits);
  const uint32_t shift = 64 - width;
  return static_cast<int64_t>(bits << shift) >> shift;
}

}  // namespace

void Cell::Unsigned(uint64_t value) {
  if (value > kIntegerMax) return Real(static_cast<double>(value));
  Integer(static_cast<int64_t>(value));
}

void Cell::Text(absl::string_view text) {
  sqlite3_result_text64(context_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Cell::LastingText(absl::string_view text) {
  sqlite3_result_text64(context_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Cell::Blob(absl::string_view bytes) {
  sqlite3_result_blob64(context_, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

void Cell::Id(uint64_t id) { Text(absl::StrFormat("%016x", id)); }

void Cell::Value(const trace::Event& event) {
  const trace::Node& node = *event.node;
  if (node.redacted || node.value_type == kScopeValueNone) return Null();
  if (SCOPE_IS_WIDE(node.value_type)) return Wide(event);
  if (node.type != nullptr && node.type->kind == trace::TypeKind::kChar) {
    // As the program would print it; a character that is none stays a number.
    return event.bits > 0 && event.bits < 0x80 ? Text(std::string(1, static_cast<char>(event.bits)))
                                               : Unsigned(event.bits);
  }
  Scalar(node.value_type, event.bits);
}

void Cell::Scalar(scope_value_type type, uint64_t bits) {
  switch (type) {
    case kScopeValueBool:
    case kScopeValueI8:
    case kScopeValueI16:
    case kScopeValueI32:
    case kScopeValueI64:
      return Integer(static_cast<int64_t>(bits));
    case kScopeValueF32:
    case kScopeValueF64:
      return Real(std::bit_cast<double>(bits));
    case kScopeValueChar:
      if (bits > 0 && bits < 0x80) return Text(std::string(1, static_cast<char>(bits)));
      return Integer(static_cast<int64_t>(bits));
    default:
      return Unsigned(bits);
  }
}

void Cell::Wide(const trace::Event& event) {
  const absl::string_view bytes = event.bytes;
  switch (event.node->value_type) {
    case kScopeValueText:
      return Text(bytes);
    case kScopeValueCaptured:
      return Captured(bytes);
    case kScopeValueLongDouble: {
      if (bytes.size() < 10) return Null();
      long double value = 0;
      std::memcpy(&value, bytes.data(), 10);
      return Real(static_cast<double>(value));
    }
    case kScopeValueI128:
    case kScopeValueU128: {
      if (bytes.size() < 16) return Null();
      const uint64_t low = LittleEndian(bytes);
      const uint64_t high = LittleEndian(bytes.substr(8));
      const bool is_signed = event.node->value_type == kScopeValueI128;
      const auto number = static_cast<int64_t>(low);
      if (high == (is_signed && number < 0 ? ~uint64_t{0} : 0) && (is_signed || number >= 0)) {
        return Integer(number);
      }
      const absl::uint128 bits = absl::MakeUint128(high, low);
      return Real(is_signed ? static_cast<double>(static_cast<absl::int128>(bits))
                            : static_cast<double>(bits));
    }
    default:
      return Blob(bytes);
  }
}

// A text is its characters, a number itself; everything else is written as in C++.
void Cell::Captured(absl::string_view bytes) {
  const trace::Captured value = trace::ReadCaptured(bytes);
  switch (value.tag) {
    case kScopeCapturedText:
      return Text(value.text);
    case kScopeCapturedFalse:
      return Integer(0);
    case kScopeCapturedTrue:
      return Integer(1);
    case kScopeCapturedSigned:
      return Integer(static_cast<int64_t>(value.number));
    case kScopeCapturedUnsigned:
    case kScopeCapturedPointer:
      return Unsigned(value.number);
    case kScopeCapturedF32:
    case kScopeCapturedF64:
    case kScopeCapturedF80:
      return Real(value.floating);
    case kScopeCapturedNothing:
    case kScopeCapturedRedacted:
      return Null();
    default:
      return Text(trace::FormatCaptured(value));
  }
}

void Cell::Field(const trace::Type::Member& member, absl::string_view bytes) {
  const trace::Type* const type = member.type;
  const uint64_t offset = member.bit_offset / 8;
  if (type == nullptr || offset >= bytes.size() || type->bytes > bytes.size() - offset) {
    return Null();
  }
  const absl::string_view own = bytes.substr(offset, type->bytes);
  const auto width = static_cast<uint32_t>(8 * type->bytes);
  switch (type->kind) {
    case trace::TypeKind::kBool:
    case trace::TypeKind::kUnsigned:
    case trace::TypeKind::kPointer:
    case trace::TypeKind::kReference:
      return Unsigned(LittleEndian(own));
    case trace::TypeKind::kSigned:
    case trace::TypeKind::kEnum:
      return Integer(SignExtended(LittleEndian(own), width));
    case trace::TypeKind::kFloat:
      return Real(DoubleOf(*type, own));
    case trace::TypeKind::kChar:
      return Text(own.substr(0, own.find('\0')));
    case trace::TypeKind::kArray:
      if (type->element != nullptr && type->element->kind == trace::TypeKind::kChar) {
        return Text(own.substr(0, own.find('\0')));
      }
      return Text(trace::FormatTyped(*type, own));
    default:
      return Text(trace::FormatTyped(*type, own));
  }
}

}  // namespace scope::query
