#include <algorithm>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "scope/trace/reader.h"
#include "scope/trace/type.h"
#include "sdk/trace/format_wide.h"

namespace scope::trace {
namespace {

constexpr uint32_t kDepthMax = 32;
constexpr uint32_t kValuesMax = 100'000;
constexpr uint64_t kRunMin = 8;  // equal elements that are worth to be counted

bool IsFlag(int64_t value) { return value != 0 && (value & (value - 1)) == 0; }

int64_t SignExtended(uint64_t bits, uint32_t width, bool is_signed) {
  if (width == 0 || width >= 64) return static_cast<int64_t>(bits);
  const uint64_t mask = (uint64_t{1} << width) - 1;
  const bool negative = is_signed && (bits >> (width - 1) & 1) != 0;
  return static_cast<int64_t>(negative ? bits | ~mask : bits & mask);
}

// The little-endian number of at most 8 bytes.
uint64_t Word(absl::string_view bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes.data(), std::min<size_t>(bytes.size(), sizeof(word)));
  return word;
}

// The enumeration's own numbers are signed, or not.
bool IsSigned(const Type& type) {
  if (type.kind == TypeKind::kEnum) return type.element == nullptr || IsSigned(*type.element);
  return type.kind == TypeKind::kSigned || (type.kind == TypeKind::kChar && type.bytes == 1);
}

class Walk {
 public:
  explicit Walk(ValueVisitor& visitor) : visitor_(visitor) {}

  void Value(const Type& type, absl::string_view bytes, uint32_t depth) {
    if (depth > kDepthMax || ++values_ > kValuesMax) return visitor_.Missing();
    switch (type.kind) {
      case TypeKind::kStruct:
      case TypeKind::kUnion:
        return Record(type, bytes, depth);
      case TypeKind::kArray:
        if (IsText(type)) return CharacterArray(type, bytes);
        return List(type, bytes, depth);
      case TypeKind::kComplex:
      case TypeKind::kVector:
        return List(type, bytes, depth);
      default:
        break;
    }
    if (bytes.size() < ScalarBytes(type)) return visitor_.Missing();
    Scalar(type, bytes.substr(0, ScalarBytes(type)));
  }

 private:
  // An x87 long double takes 16 bytes, of which 10 are its own.
  static uint64_t ScalarBytes(const Type& type) {
    return type.kind == TypeKind::kFloat && type.count == 64 ? 10 : type.bytes;
  }

  static bool IsText(const Type& type) {
    return type.element != nullptr && type.element->kind == TypeKind::kChar &&
           type.element->bytes == 1;
  }

  void Record(const Type& type, absl::string_view bytes, uint32_t depth) {
    visitor_.BeginRecord();
    for (const Type::Member& member : type.members) {
      if (member.type == nullptr) continue;
      visitor_.Member(member.name);
      if (member.bit_width != 0) {
        BitField(member, bytes);
      } else {
        const uint64_t offset = member.bit_offset / 8;
        if (offset > bytes.size() || (offset == bytes.size() && member.type->bytes > 0)) {
          visitor_.Missing();
          break;
        }
        Value(*member.type, bytes.substr(offset, member.type->bytes), depth + 1);
      }
      if (values_ > kValuesMax) break;
    }
    visitor_.EndRecord();
  }

  void BitField(const Type::Member& member, absl::string_view bytes) {
    const uint64_t offset = member.bit_offset / 8;
    const uint64_t shift = member.bit_offset % 8;
    const uint64_t size = (shift + member.bit_width + 7) / 8;
    if (size > 16 || offset > bytes.size() || bytes.size() - offset < size) {
      return visitor_.Missing();
    }
    unsigned __int128 word = 0;
    std::memcpy(&word, bytes.data() + offset, size);
    const int64_t value = SignExtended(static_cast<uint64_t>(word >> shift), member.bit_width,
                                       IsSigned(*member.type));
    Integer(*member.type, value);
  }

  void List(const Type& type, absl::string_view bytes, uint32_t depth) {
    visitor_.BeginList();
    const Type* const element = type.element;
    const uint64_t size = element == nullptr ? 0 : element->bytes;
    const uint64_t there = size == 0 ? 0 : bytes.size() / size;
    for (uint64_t i = 0; size != 0 && i < type.count;) {
      if (i * size >= bytes.size() || values_ > kValuesMax) {
        visitor_.Missing();
        break;
      }
      const absl::string_view value = bytes.substr(i * size, size);
      Value(*element, value, depth + 1);
      uint64_t run = 1;
      while (i + run < std::min(type.count, there) &&
             bytes.substr((i + run) * size, size) == value) {
        ++run;
      }
      if (run >= kRunMin) visitor_.Repeated(run);
      i += run >= kRunMin ? run : 1;
    }
    visitor_.EndList();
  }

  // Text, when nothing but zeros follows its end.
  void CharacterArray(const Type& type, absl::string_view bytes) {
    const absl::string_view all = bytes.substr(0, std::min<uint64_t>(type.count, bytes.size()));
    const size_t end = std::min(all.find('\0'), all.size());
    visitor_.Text(all.substr(0, end));
    if (end == all.size() && all.size() < type.count) visitor_.Missing();
  }

  void Scalar(const Type& type, absl::string_view bytes) {
    switch (type.kind) {
      case TypeKind::kBool:
      case TypeKind::kChar:
      case TypeKind::kEnum:
        return Integer(type, SignExtended(Word(bytes), static_cast<uint32_t>(8 * bytes.size()),
                                          IsSigned(type)));
      case TypeKind::kSigned:
      case TypeKind::kUnsigned:
        if (bytes.size() > 16) return visitor_.Number(Hexadecimal(bytes));
        return visitor_.Number(FormatInteger(bytes, type.kind == TypeKind::kSigned));
      case TypeKind::kFloat:
        return visitor_.Number(FormatFloatBytes(bytes, type.count));
      case TypeKind::kPointer:
      case TypeKind::kReference:
        return visitor_.Pointer(FormatValue(kScopeValuePointer, Word(bytes)));
      case TypeKind::kMemberPointer:
        return visitor_.Pointer(MemberPointer(type, bytes));
      default:
        return visitor_.Pointer(bytes.empty() ? "?" : Hexadecimal(bytes));
    }
  }

  void Integer(const Type& type, int64_t value) {
    const auto bits = static_cast<uint64_t>(value);
    if (type.kind == TypeKind::kBool) return visitor_.Bool(value != 0);
    if (type.kind == TypeKind::kChar) {
      return visitor_.Char(FormatCharacter(bits, static_cast<uint32_t>(type.bytes)));
    }
    if (type.kind == TypeKind::kEnum) {
      if (const std::string name = EnumName(type, value); !name.empty()) {
        return visitor_.Enum(name);
      }
    }
    visitor_.Number(IsSigned(type) ? absl::StrCat(value) : absl::StrCat(bits));
  }

  static std::string Hexadecimal(absl::string_view bytes) {
    return absl::StrCat("0x", absl::BytesToHexString(std::string(bytes.rbegin(), bytes.rend())));
  }

  // A member's offset, -1: null; of a function the address and what is added to `this`.
  static std::string MemberPointer(const Type& type, absl::string_view bytes) {
    const uint64_t word = Word(bytes);
    if (bytes.size() > 8) return FormatValue(kScopeValuePointer, word);
    if (word == ~uint64_t{0}) return "nullptr";
    if (type.element != nullptr) {
      for (const Type::Member& member : type.element->members) {
        if (!member.is_base && member.bit_width == 0 && member.bit_offset == 8 * word) {
          return absl::StrCat("&", type.element->name, "::", member.name);
        }
      }
    }
    return absl::StrCat("offset ", word);
  }

  ValueVisitor& visitor_;
  uint32_t values_ = 0;
};

class TextVisitor final : public ValueVisitor {
 public:
  std::string Take() { return std::move(text_); }

  void BeginRecord() override { Open(); }
  void Member(absl::string_view name) override {
    Separate();
    if (!name.empty()) absl::StrAppend(&text_, name, " = ");
    fresh_ = true;
  }
  void EndRecord() override { Close(); }
  void BeginList() override { Open(); }
  void EndList() override { Close(); }
  void Bool(bool value) override { Put(value ? "true" : "false"); }
  void Number(const std::string& text) override { Put(text); }
  void Enum(const std::string& text) override { Put(text); }
  void Pointer(const std::string& text) override { Put(text); }
  void Text(absl::string_view text) override { Put(FormatText(text)); }
  void Char(const std::string& text) override { Put(text); }
  void Repeated(uint64_t count) override { absl::StrAppend(&text_, " x ", count); }
  void Missing() override { Put("..."); }

 private:
  void Separate() {
    if (!fresh_) text_ += ", ";
    fresh_ = false;
  }
  void Put(absl::string_view text) {
    Separate();
    absl::StrAppend(&text_, text);
  }
  void Open() {
    Separate();
    text_ += '{';
    fresh_ = true;
  }
  void Close() {
    text_ += '}';
    fresh_ = false;
  }

  std::string text_;
  bool fresh_ = true;  // nothing stands before the next value that it must be kept apart from
};

}  // namespace

void VisitValue(const Type& type, absl::string_view bytes, ValueVisitor& visitor) {
  Walk(visitor).Value(type, bytes, 0);
}

std::string FormatTyped(const Type& type, absl::string_view bytes) {
  TextVisitor text;
  VisitValue(type, bytes, text);
  return text.Take();
}

std::string EnumName(const Type& type, int64_t value) {
  int64_t left = value;
  std::string names;
  for (const Type::Enumerator& enumerator : type.enumerators) {
    if (enumerator.value == value) return enumerator.name;
    if (!IsFlag(enumerator.value) || (left & enumerator.value) == 0) continue;
    absl::StrAppend(&names, names.empty() ? "" : " | ", enumerator.name);
    left &= ~enumerator.value;
  }
  return left == 0 ? names : "";
}

}  // namespace scope::trace
