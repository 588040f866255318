# scope_add_ingestor(<name> SOURCES ...), scope_add_sink(...), scope_add_viewer(...)
#
# A plugin <kind>_<name>.so of scope. docs/plugins.md says how one is written.
function(_scope_add_plugin kind name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "scope_add_${kind}(${name}): SOURCES are missing")
  endif()
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE Scope::sdk ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES
    PREFIX "${kind}_" OUTPUT_NAME "${name}" SUFFIX ".so"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden)
endfunction()

function(scope_add_ingestor name)
  _scope_add_plugin(ingestor ${name} ${ARGN})
endfunction()

function(scope_add_sink name)
  _scope_add_plugin(sink ${name} ${ARGN})
endfunction()

function(scope_add_viewer name)
  _scope_add_plugin(viewer ${name} ${ARGN})
endfunction()
