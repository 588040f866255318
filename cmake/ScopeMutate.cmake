# scope_mutate(<name> <file> <before> <after> [FROM <root>])
#
# Writes <name>/<file> below the current binary directory: the source that ships (or the one below
# <root>) with one place changed. A place that is no longer there is an error, so that no mutant
# becomes the original.
function(scope_mutate name file before after)
  cmake_parse_arguments(PARSE_ARGV 4 arg "" "FROM" "")
  if(NOT arg_FROM)
    set(arg_FROM "${PROJECT_SOURCE_DIR}")
  endif()
  file(READ "${arg_FROM}/${file}" text)
  string(FIND "${text}" "${before}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "mutant ${name}: ${file} has changed")
  endif()
  string(REPLACE "${before}" "${after}" text "${text}")
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${name}/${file}" CONTENT "${text}" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${file}")
endfunction()
