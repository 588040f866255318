#include "compiler_plugin/value_types.h"

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
  return kScopeValueNone;
}

}  // namespace scope::compiler_plugin
