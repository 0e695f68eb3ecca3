# voicestand_opened_library(NAME MODULE)
#
# A library that the program opens when it needs it (lib/posix/shared_library.h) instead of being linked to it: the
# target opened::NAME carries the headers of pkg-config's MODULE and, as VOICESTAND_<NAME>_SONAME, the name that linking
# the library would note down. What must link it all the same, a test, uses VOICESTAND_<NAME>_LIBRARY.
function(voicestand_opened_library name module)
  string(TOUPPER ${name} upper)
  pkg_check_modules(OPENED_${upper} REQUIRED QUIET ${module})
  list(GET OPENED_${upper}_LINK_LIBRARIES 0 library)
  if(NOT CMAKE_OBJDUMP)
    message(FATAL_ERROR "objdump is missing: install binutils")
  endif()
  execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${library} OUTPUT_VARIABLE header ERROR_QUIET)
  if(NOT header MATCHES "SONAME +([^ \n]+)")
    message(FATAL_ERROR "${library} is not a shared library with a name of its own: install the shared ${name}")
  endif()
  add_library(opened_${name} INTERFACE)
  add_library(opened::${name} ALIAS opened_${name})
  target_include_directories(opened_${name} SYSTEM INTERFACE ${OPENED_${upper}_INCLUDE_DIRS})
  target_compile_options(opened_${name} INTERFACE ${OPENED_${upper}_CFLAGS_OTHER})
  target_compile_definitions(opened_${name} INTERFACE VOICESTAND_${upper}_SONAME="${CMAKE_MATCH_1}")
  set(VOICESTAND_${upper}_LIBRARY ${library} PARENT_SCOPE)
endfunction()
