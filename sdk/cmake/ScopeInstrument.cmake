# scope_instrument(<target> [LEVEL functions|values|all] [CONFIG <scope.toml>])
#
# Compiles the sources of <target> with the scope plugin. The compiler must be clang 19. Nothing is
# linked: `scope run -- <program>` brings the runtime. A program of another compiler needs only
# target_link_libraries(<target> PRIVATE Scope::sdk) and scope/report.h.
function(scope_instrument target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LEVEL;CONFIG" "")
  if(NOT TARGET "${target}")
    message(FATAL_ERROR "scope_instrument(${target}): there is no such target")
  endif()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "scope_instrument(${target}): does not know '${arg_UNPARSED_ARGUMENTS}'; "
      "LEVEL and CONFIG are known")
  endif()
  foreach(language C CXX)
    if(CMAKE_${language}_COMPILER_LOADED AND NOT (CMAKE_${language}_COMPILER_ID STREQUAL "Clang" AND
        CMAKE_${language}_COMPILER_VERSION MATCHES "^19\\."))
      message(FATAL_ERROR "scope_instrument(${target}): needs clang 19, but the compiler for "
        "${language} is ${CMAKE_${language}_COMPILER_ID} ${CMAKE_${language}_COMPILER_VERSION}; "
        "configure with -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19")
    endif()
  endforeach()
  set(options "-fplugin=${SCOPE_PLUGIN}")
  if(arg_LEVEL)
    if(NOT arg_LEVEL MATCHES "^(functions|values|all)$")
      message(FATAL_ERROR "scope_instrument(${target}): there is no level '${arg_LEVEL}'; "
        "functions, values and all are")
    endif()
    list(APPEND options "-fplugin-arg-scope-level=${arg_LEVEL}")
  endif()
  set(depends "${SCOPE_PLUGIN}")
  if(arg_CONFIG)
    get_filename_component(config "${arg_CONFIG}" ABSOLUTE)
    if(NOT EXISTS "${config}")
      message(FATAL_ERROR "scope_instrument(${target}): there is no file ${config}")
    endif()
    list(APPEND options "-fplugin-arg-scope-config=${config}")
    list(APPEND depends "${config}")
  endif()
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:C,CXX>:${options}>")
  target_link_libraries(${target} PRIVATE Scope::sdk)
  target_link_options(${target} PRIVATE -Wl,--build-id)
  # A new plugin or another choice means new objects.
  get_target_property(sources ${target} SOURCES)
  set_property(SOURCE ${sources} TARGET_DIRECTORY ${target} APPEND PROPERTY
    OBJECT_DEPENDS "${depends}")
endfunction()
