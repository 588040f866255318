// scope/trace/type.h - what the bytes of a value mean.
//
// Path:    AST map -> THIS (Node::type) -> FormatValue, views, programs of your own
// Threads: const once read.
// Fails:   VisitValue() never: facts and bytes are not trusted, and what is missing is said.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace scope::trace {

// The numbers of wire::TypeKind; a newer trace may hold others.
enum class TypeKind : uint8_t {
  kOther,
  kBool,
  kSigned,
  kUnsigned,
  kFloat,
  kChar,
  kPointer,
  kReference,
  kEnum,
  kStruct,
  kUnion,
  kArray,
  kMemberPointer,
  kComplex,
  kVector,
};

struct Type {
  struct Member {
    std::string name;  // of a base: the class; empty for an anonymous struct or union
    const Type* type = nullptr;
    uint64_t bit_offset = 0;
    uint32_t bit_width = 0;  // 0: no bit-field
    bool is_base = false;
  };
  struct Enumerator {
    std::string name;
    int64_t value = 0;
  };

  TypeKind kind = TypeKind::kOther;
  std::string name;  // as in the source: "unsigned int"
  uint64_t bytes = 0;
  const Type* element = nullptr;  // pointee, element, underlying type; null: unknown
  uint64_t count = 0;             // elements; of a float: the bits of its significand
  std::vector<Member> members;    // bases first
  std::vector<Enumerator> enumerators;
};

// What VisitValue() finds, in order. Inside of a record each value follows its Member(); inside of
// a list each follows the one before.
class ValueVisitor {
 public:
  virtual ~ValueVisitor() = default;
  virtual void BeginRecord() = 0;
  virtual void Member(absl::string_view name) = 0;
  virtual void EndRecord() = 0;
  virtual void BeginList() = 0;
  virtual void EndList() = 0;
  virtual void Bool(bool value) = 0;
  virtual void Number(const std::string& text) = 0;  // "nan" and "inf", too
  virtual void Enum(const std::string& text) = 0;    // "kRed", "kRead | kWrite"
  virtual void Pointer(const std::string& text) = 0;
  virtual void Text(absl::string_view text) = 0;  // an array of characters, up to its end
  virtual void Char(const std::string& text) = 0;
  virtual void Repeated(uint64_t count) = 0;  // the value before stands for `count` in all
  virtual void Missing() = 0;                 // from here on the bytes are not there
};

void VisitValue(const Type& type, absl::string_view bytes, ValueVisitor& visitor);

// "kRed", "kRead | kWrite"; empty when the enumerators do not make up the value.
std::string EnumName(const Type& type, int64_t value);

// "{x = 1, y = {2, 3}}"; what is missing is "...".
std::string FormatTyped(const Type& type, absl::string_view bytes);

}  // namespace scope::trace
