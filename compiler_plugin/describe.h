// describe.h - makes the bodies that say what a class of the program shows.
//
// Path:    object_values.h -> THIS -> instantiations of __scope::Describe
//
// A class with a ScopeCapture shows what that says, an exception its text, any other its public
// members, bases first. One that is redacted shows that; one with a redacted member is not asked.

#pragma once

#include "clang/AST/DeclCXX.h"
#include "clang/Sema/Sema.h"
#include "compiler_plugin/redaction.h"

namespace scope::compiler_plugin {

// Calls the prelude's function `name`. Null: no such function takes these arguments.
clang::Expr* CallPrelude(clang::Sema& sema, llvm::StringRef name,
                         llvm::ArrayRef<clang::Expr*> arguments);
clang::NamedDecl* FindInPrelude(clang::ASTContext& ast, llvm::StringRef name);

// Whether a class has members that anybody may look at.
bool HasPublicMembers(const clang::CXXRecordDecl& record);

// Makes the bodies that are asked for and missing, and adds them to `defined`. False: there were
// none.
bool DefineDescriptions(clang::Sema& sema, Redaction& redaction,
                        std::vector<clang::FunctionDecl*>& defined);

}  // namespace scope::compiler_plugin
