#include "compiler_plugin/ast_map/types.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/RecordLayout.h"
#include "schema/ast_map_generated.h"

namespace scope::compiler_plugin {
namespace {

using clang::QualType;
using wire::TypeKind;

constexpr size_t kEnumeratorsMax = 4096;

QualType Plain(QualType type) {
  type = type.getCanonicalType().getUnqualifiedType();
  if (const auto* atomic = type->getAs<clang::AtomicType>()) {
    return atomic->getValueType().getCanonicalType().getUnqualifiedType();
  }
  return type;
}

bool HasSize(QualType type) {
  return !type->isIncompleteType() && !type->isDependentType() && !type->isFunctionType() &&
         !type->isVariableArrayType() && !type->isPlaceholderType();
}

bool IsCharacter(QualType type) {
  const auto* builtin = type->getAs<clang::BuiltinType>();
  if (builtin == nullptr) return false;
  switch (builtin->getKind()) {
    case clang::BuiltinType::Char_S:
    case clang::BuiltinType::Char_U:
    case clang::BuiltinType::WChar_S:
    case clang::BuiltinType::WChar_U:
    case clang::BuiltinType::Char8:
    case clang::BuiltinType::Char16:
    case clang::BuiltinType::Char32:
      return true;
    default:
      return false;
  }
}

}  // namespace

uint32_t Types::Index(QualType type) { return Add(type, /*take_apart=*/true); }

bool Types::IsReference(uint32_t index) const {
  return list_.type_facts[index].kind == static_cast<uint8_t>(TypeKind::Reference);
}

uint32_t Types::Add(QualType type, bool take_apart) {
  if (type.isNull()) type = ast_.VoidTy;
  const std::string text = type.getAsString(ast_.getPrintingPolicy());
  const uint32_t name = names_.try_emplace(text, names_.size()).first->second;
  const QualType canonical = Plain(type);
  const auto [known, is_new] =
      types_.try_emplace({canonical.getAsOpaquePtr(), name}, list_.types.size());
  const uint32_t index = known->second;
  if (is_new) {
    list_.types.push_back(text);
    list_.type_facts.emplace_back();
    is_apart_.push_back(false);
  } else if (!take_apart || is_apart_[index]) {
    return index;
  }
  is_apart_[index] = take_apart;
  Describe(canonical, index, take_apart);
  return index;
}

// Adding other types moves the facts: they are stored when they are complete.
void Types::Describe(QualType canonical, uint32_t index, bool take_apart) {
  TypeFacts facts;
  if (HasSize(canonical) && !canonical->isVoidType()) {
    facts.bytes = ast_.getTypeSizeInChars(canonical).getQuantity();
  }
  if (const auto* pointer = canonical->getAs<clang::PointerType>()) {
    facts.kind = static_cast<uint8_t>(TypeKind::Pointer);
    if (take_apart) facts.element = Add(pointer->getPointeeType(), false);
  } else if (const auto* reference = canonical->getAs<clang::ReferenceType>()) {
    facts.kind = static_cast<uint8_t>(TypeKind::Reference);
    facts.bytes = ast_.getTypeSizeInChars(ast_.VoidPtrTy).getQuantity();
    if (take_apart) facts.element = Add(reference->getPointeeType(), false);
  } else if (const auto* member = canonical->getAs<clang::MemberPointerType>()) {
    facts.kind = static_cast<uint8_t>(TypeKind::MemberPointer);
    if (take_apart) facts.element = Add(QualType(member->getClass(), 0), true);
  } else if (const auto* array = ast_.getAsConstantArrayType(canonical)) {
    facts.kind = static_cast<uint8_t>(TypeKind::Array);
    facts.count = array->getZExtSize();
    facts.element = Add(array->getElementType(), take_apart);
  } else if (const auto* complex = canonical->getAs<clang::ComplexType>()) {
    facts.kind = static_cast<uint8_t>(TypeKind::Complex);
    facts.count = 2;
    facts.element = Add(complex->getElementType(), take_apart);
  } else if (const auto* vector = canonical->getAs<clang::VectorType>()) {
    facts.kind = static_cast<uint8_t>(TypeKind::Vector);
    facts.count = vector->getNumElements();
    facts.element = Add(vector->getElementType(), take_apart);
  } else if (const auto* enumeration = canonical->getAs<clang::EnumType>()) {
    DescribeEnum(*enumeration->getDecl(), facts);
  } else if (const auto* record = canonical->getAs<clang::RecordType>()) {
    facts.kind = static_cast<uint8_t>(record->isUnionType() ? TypeKind::Union : TypeKind::Struct);
    const clang::RecordDecl* definition = record->getDecl()->getDefinition();
    if (take_apart && definition != nullptr && !definition->isInvalidDecl() &&
        canonical.isTriviallyCopyableType(ast_)) {
      facts.members = Members(*definition);
    }
  } else {
    DescribeScalar(canonical, facts);
  }
  list_.type_facts[index] = std::move(facts);
}

void Types::DescribeScalar(QualType canonical, TypeFacts& facts) {
  TypeKind kind = TypeKind::Other;
  if (canonical->isBooleanType()) {
    kind = TypeKind::Bool;
  } else if (IsCharacter(canonical)) {
    kind = TypeKind::Char;
  } else if (canonical->isNullPtrType() || canonical->isBlockPointerType()) {
    kind = TypeKind::Pointer;
  } else if (canonical->isIntegerType()) {
    kind = canonical->isSignedIntegerType() ? TypeKind::Signed : TypeKind::Unsigned;
  } else if (canonical->isRealFloatingType()) {
    kind = TypeKind::Float;
    facts.count = llvm::APFloat::semanticsPrecision(ast_.getFloatTypeSemantics(canonical));
  }
  facts.kind = static_cast<uint8_t>(kind);
}

void Types::DescribeEnum(const clang::EnumDecl& enumeration, TypeFacts& facts) {
  facts.kind = static_cast<uint8_t>(TypeKind::Enum);
  if (!enumeration.isComplete() || enumeration.isDependentType()) return;
  facts.element = Add(enumeration.getIntegerType(), false);
  for (const clang::EnumConstantDecl* enumerator : enumeration.enumerators()) {
    if (facts.enumerators.size() == kEnumeratorsMax) break;
    const llvm::APSInt value = enumerator->getInitVal().extOrTrunc(64);
    facts.enumerators.push_back(
        {enumerator->getName().str(), static_cast<int64_t>(value.getZExtValue())});
  }
}

std::vector<MemberFacts> Types::Members(const clang::RecordDecl& record) {
  std::vector<MemberFacts> members;
  const clang::ASTRecordLayout& layout = ast_.getASTRecordLayout(&record);
  if (const auto* class_decl = llvm::dyn_cast<clang::CXXRecordDecl>(&record)) {
    for (const clang::CXXBaseSpecifier& base : class_decl->bases()) {
      const clang::CXXRecordDecl* base_class = base.getType()->getAsCXXRecordDecl();
      if (base.isVirtual() || base_class == nullptr || base_class->isEmpty()) continue;
      const auto offset = layout.getBaseClassOffset(base_class);
      members.push_back({base_class->getName().str(), Add(base.getType(), true),
                         static_cast<uint64_t>(ast_.toBits(offset)), 0, true});
    }
  }
  for (const clang::FieldDecl* field : record.fields()) {
    if (field->isUnnamedBitField() || field->isZeroSize(ast_)) continue;
    members.push_back({field->getName().str(), Add(field->getType(), true),
                       layout.getFieldOffset(field->getFieldIndex()),
                       field->isBitField() ? field->getBitWidthValue(ast_) : 0, false});
  }
  return members;
}

}  // namespace scope::compiler_plugin
