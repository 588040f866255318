// marks.h - what the source says about itself: [[clang::annotate("scope:ignore")]] and the like.
//
// Path:   attributes -> THIS -> selection, rules

#pragma once

#include "clang/AST/Decl.h"

namespace scope::compiler_plugin {

inline constexpr char kIgnoreMark[] = "scope:ignore";             // Nothing of it is recorded.
inline constexpr char kOnlyMark[] = "scope:only";                 // Only such functions are.
inline constexpr char kRedactMark[] = "scope:redact";             // Its value is not written down.
inline constexpr char kTextMark[] = "scope:text";                 // What its char* points to.
inline constexpr char kCaptureArgsMark[] = "scope:capture_args";  // Calls report their arguments.

bool IsMarked(const clang::Decl& declaration, llvm::StringRef mark);

// The declaration, a class around it, or for a lambda the function around it.
bool IsMarkedAround(const clang::Decl& declaration, llvm::StringRef mark);

}  // namespace scope::compiler_plugin
