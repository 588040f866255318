// memory.h - by which name the code of other functions knows a storage.
//
// Path:    storage.h -> THIS -> rows of the AST map that join stores and loads across functions
//
// A name stands for one object (a global variable, a captured one) or for several of which it is
// not known which (a member of any object of its class, what a pointer to its type points to).

#pragma once

#include <string>

#include "clang/AST/DeclCXX.h"
#include "compiler_plugin/graph/storage.h"

namespace scope::compiler_plugin {

struct Memory {
  std::string name;     // The same in each unit; empty: only its own function reaches it.
  bool is_one = false;  // It names one object.
};

// `function`: whose storages they are.
Memory MemoryOf(uint32_t storage, const Storages& storages, const clang::FunctionDecl& function);

// Of a variable that a lambda captures; `copied_by`: the lambda that has a copy of its own.
std::string CapturedName(const clang::ValueDecl& variable, const clang::CXXRecordDecl* copied_by);

}  // namespace scope::compiler_plugin
