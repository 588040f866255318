// compilers.h - which compilers the plugin is made for.
//
// Path:    environment -> THIS -> c++, cc, build, doctor
// Threads: any.
// Fails:   never; whether they exist is found out by using them.

#pragma once

#include <cstdlib>
#include <string>

namespace scope::tools {

inline std::string EnvironmentOr(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

inline std::string CxxCompiler() { return EnvironmentOr("SCOPE_CXX", "clang++-19"); }
inline std::string CCompiler() { return EnvironmentOr("SCOPE_CC", "clang-19"); }

}  // namespace scope::tools
