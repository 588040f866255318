// function_names.h - what a function is called where people read it.
//
// Path:  FunctionDecl -> THIS -> NodeList::functions, NodeList::instances

#pragma once

#include <string>

#include "clang/AST/Decl.h"

namespace scope::compiler_plugin {

// "ns::Class::method", "ns::outer::<lambda>": all instances of a template have one name.
std::string TemplateName(const clang::FunctionDecl& function);

// "ns::Class<int>::method", "ns::outer<int>::<lambda>"; the same as above for what is no instance
// of a template and stands in none.
std::string InstanceName(const clang::FunctionDecl& function);

// "long step(long)". Of an instance: with the types that it has.
std::string Signature(const clang::FunctionDecl& function);

// What an instance comes from; the function itself if it is none.
const clang::FunctionDecl& PatternOf(const clang::FunctionDecl& function);

}  // namespace scope::compiler_plugin
