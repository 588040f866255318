// closures.h - lambdas, and the functions that they are written in.

#pragma once

#include <functional>

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

namespace scope::compiler_plugin {

// The class of the lambda whose body `function` is; null: it is no lambda.
const clang::CXXRecordDecl* ClosureOf(const clang::FunctionDecl& function);

// The closest function around the lambda that is none itself; null: it stands in no function.
const clang::FunctionDecl* FunctionAround(const clang::CXXRecordDecl& closure);

// The lambdas in `code` that stand in no other one.
void ForEachLambda(clang::Stmt* code, const std::function<void(clang::LambdaExpr&)>& found);

}  // namespace scope::compiler_plugin
