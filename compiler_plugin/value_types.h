// value_types.h - which values can be reported, and how their 64 bits are to be read.

#pragma once

#include "clang/AST/ASTContext.h"
#include "scope/event.h"

namespace scope::compiler_plugin {

// kScopeValueNone: a value of this type is not captured. Volatile and atomic ones never are,
// because looking at them is an effect.
scope_value_type ClassifyValue(const clang::ASTContext& ast, clang::QualType type);

// kScopeValueObject: objects of this type are captured as their bytes: what can be copied as bytes
// and holds nothing volatile or atomic, no closures. What belongs to the standard library says more
// when it is asked by its own functions.
scope_value_type ClassifyObject(const clang::ASTContext& ast, clang::QualType type);

}  // namespace scope::compiler_plugin
