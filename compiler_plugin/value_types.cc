#include "compiler_plugin/value_types.h"

#include "clang/AST/DeclCXX.h"

namespace scope::compiler_plugin {
namespace {

scope_value_type ClassifyInteger(const clang::ASTContext& ast, clang::QualType type) {
  if (type->isBooleanType()) return kScopeValueBool;
  if (type->isAnyCharacterType() && ast.hasSameType(type, ast.CharTy)) return kScopeValueChar;
  const bool is_signed = type->isSignedIntegerType();
  const uint64_t bits = ast.getTypeSize(type);
  if (bits <= 8) return is_signed ? kScopeValueI8 : kScopeValueU8;
  if (bits <= 16) return is_signed ? kScopeValueI16 : kScopeValueU16;
  if (bits <= 32) return is_signed ? kScopeValueI32 : kScopeValueU32;
  if (bits <= 64) return is_signed ? kScopeValueI64 : kScopeValueU64;
  if (bits <= 128) return is_signed ? kScopeValueI128 : kScopeValueU128;
  return kScopeValueObject;  // A _BitInt.
}

scope_value_type ClassifyFloat(const clang::ASTContext& ast, clang::QualType type) {
  const llvm::fltSemantics& format = ast.getFloatTypeSemantics(type);
  if (&format == &llvm::APFloat::x87DoubleExtended()) return kScopeValueLongDouble;
  const uint64_t bits = ast.getTypeSize(type);
  if (bits <= 32) return kScopeValueF32;
  return bits == 64 ? kScopeValueF64 : kScopeValueObject;
}

// Complex numbers and vectors, in registers. A larger vector's place depends on the target's flags.
scope_value_type ClassifyNumbers(const clang::ASTContext& ast, clang::QualType type) {
  const auto* vector = type->getAs<clang::VectorType>();
  if (vector == nullptr) return kScopeValueObject;
  const bool is_packed = vector->getElementType()->isBooleanType();
  const bool is_plain = vector->getVectorKind() == clang::VectorKind::Generic;
  return is_plain && !is_packed && ast.getTypeSize(type) <= 128 ? kScopeValueObject
                                                                : kScopeValueNone;
}

bool IsPlainMemory(const clang::ASTContext& ast, clang::QualType type) {
  type = ast.getBaseElementType(type.getCanonicalType());
  if (type.isVolatileQualified() || type->isAtomicType()) return false;
  const clang::RecordDecl* record = type->getAsRecordDecl();
  if (record == nullptr) return true;
  record = record->getDefinition();
  if (record == nullptr || record->isInvalidDecl()) return false;
  if (const auto* declared = llvm::dyn_cast<clang::CXXRecordDecl>(record)) {
    if (declared->isEmpty() || declared->isLambda() || declared->isInStdNamespace()) return false;
    for (const clang::CXXBaseSpecifier& base : declared->bases()) {
      const clang::CXXRecordDecl* base_class = base.getType()->getAsCXXRecordDecl();
      if (base_class == nullptr) return false;
      if (!base_class->isEmpty() && !IsPlainMemory(ast, base.getType())) return false;
    }
  }
  return llvm::all_of(record->fields(), [&](const clang::FieldDecl* field) {
    const clang::CXXRecordDecl* member = field->getType()->getAsCXXRecordDecl();
    if (member != nullptr && member->hasDefinition() && member->isEmpty()) return true;
    return IsPlainMemory(ast, field->getType());
  });
}

}  // namespace

scope_value_type ClassifyValue(const clang::ASTContext& ast, clang::QualType type) {
  if (type.isNull() || type->isDependentType()) return kScopeValueNone;
  type = type.getCanonicalType();
  if (type.isVolatileQualified() || type->isAtomicType()) return kScopeValueNone;
  type = type.getUnqualifiedType();
  if (const auto* pointer = type->getAs<clang::PointerType>()) {
    const bool plain = pointer->getPointeeType().getAddressSpace() == clang::LangAS::Default;
    return plain ? kScopeValuePointer : kScopeValueNone;
  }
  if (const auto* enumeration = type->getAs<clang::EnumType>()) {
    if (!enumeration->getDecl()->isComplete()) return kScopeValueNone;
    type = enumeration->getDecl()->getIntegerType().getCanonicalType().getUnqualifiedType();
    if (type.isNull()) return kScopeValueNone;
  }
  if (type->isIntegerType() && !type->isVectorType()) return ClassifyInteger(ast, type);
  if (type->isRealFloatingType()) return ClassifyFloat(ast, type);
  if (type->isNullPtrType()) return kScopeValuePointer;
  if (type->isMemberPointerType()) return kScopeValueObject;
  if (type->isAnyComplexType() || type->isVectorType()) return ClassifyNumbers(ast, type);
  return kScopeValueNone;
}

scope_value_type ClassifyObject(const clang::ASTContext& ast, clang::QualType type) {
  if (type.isNull() || type->isDependentType() || type->isIncompleteType()) return kScopeValueNone;
  type = type.getCanonicalType();
  if (!type->isConstantArrayType() && !type->isRecordType()) return kScopeValueNone;
  if (!type.isTriviallyCopyableType(ast) || !IsPlainMemory(ast, type)) return kScopeValueNone;
  return ast.getTypeSizeInChars(type).isZero() ? kScopeValueNone : kScopeValueObject;
}

}  // namespace scope::compiler_plugin
