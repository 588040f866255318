# What every target of the project shares: language level, warnings, sanitizers, where output goes.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The build tree is laid out like an installation, so that bin/scope finds its parts in both.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

set(SCOPE_SANITIZE "" CACHE STRING "Sanitizers for collector, tools and tests: address,undefined or thread")

find_program(SCOPE_CCACHE ccache)
if(SCOPE_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${SCOPE_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${SCOPE_CCACHE}")
endif()

add_library(scope_warnings INTERFACE)
target_compile_options(scope_warnings INTERFACE -Wall -Wextra -Werror)

# Not for what is loaded into other programs (plugin, runtime): these cannot carry a sanitizer.
add_library(scope_sanitize INTERFACE)
if(SCOPE_SANITIZE)
  target_compile_options(scope_sanitize INTERFACE
    "-fsanitize=${SCOPE_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(scope_sanitize INTERFACE "-fsanitize=${SCOPE_SANITIZE}")
endif()

# scope_add_library(<name> SOURCES ... [PUBLIC libraries] [PRIVATE libraries])
#
# A static library scope_<name>, also known as Scope::<name>, of the project's own code.
function(scope_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  add_library(scope_${name} STATIC ${arg_SOURCES})
  add_library(Scope::${name} ALIAS scope_${name})
  target_include_directories(scope_${name} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
  target_link_libraries(scope_${name}
    PUBLIC Scope::sdk "$<BUILD_INTERFACE:scope_sanitize>" ${arg_PUBLIC}
    PRIVATE "$<BUILD_INTERFACE:scope_warnings>" ${arg_PRIVATE})
endfunction()

# scope_add_test(<name> SOURCES ... [LIBRARIES ...] [LABEL unit])
#
# A GoogleTest program that CTest runs as one test. The target scope_unit_tests builds those with the
# label "unit": what a sanitizer can say something about.
add_custom_target(scope_unit_tests)
function(scope_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL" "SOURCES;LIBRARIES")
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE
    ${arg_LIBRARIES} scope_warnings scope_sanitize GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  if(arg_LABEL STREQUAL "unit")
    add_dependencies(scope_unit_tests ${name})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 120)
endfunction()
