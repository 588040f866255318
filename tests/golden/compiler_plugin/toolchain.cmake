# SCOPE_TOOLCHAIN: what the test programs of the compiler plugin are told about this build.

find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_program(SCOPE_CLANG clang-19 REQUIRED)
find_program(SCOPE_CLANGXX clang++-19 REQUIRED)
find_program(SCOPE_FLATC flatc REQUIRED)
find_program(SCOPE_OBJCOPY NAMES llvm-objcopy-19 llvm-objcopy REQUIRED)

set(SCOPE_TOOLCHAIN
  --cc "${SCOPE_CLANG}" --cxx "${SCOPE_CLANGXX}" --plugin $<TARGET_FILE:scope_plugin_loader>
  --sdk "${PROJECT_SOURCE_DIR}/sdk" --objcopy "${SCOPE_OBJCOPY}"
  --flatc "${SCOPE_FLATC}")
