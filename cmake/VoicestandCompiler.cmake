# The one place for compiler settings. Presets choose between them by VOICESTAND_SANITIZE.
set(VOICESTAND_SANITIZE "none" CACHE STRING "none, address, thread, realtime or fuzzer")
set_property(CACHE VOICESTAND_SANITIZE PROPERTY STRINGS none address thread realtime fuzzer)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(voicestand_options INTERFACE)
target_compile_options(voicestand_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Werror -fstack-protector-strong)
target_compile_definitions(voicestand_options INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)

if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(voicestand_options INTERFACE -Wno-restrict)  # false alarms inside std::string (GCC bug 105651)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # Off: PipeWire's macros, and libstdc++ 12's own use of what it deprecates.
  target_compile_options(voicestand_options INTERFACE -Wfunction-effects -Werror=function-effects
    -Wno-gnu-statement-expression-from-macro-expansion -Wno-pass-failed -Wno-deprecated-declarations)
endif()

if(VOICESTAND_SANITIZE STREQUAL address)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(VOICESTAND_SANITIZE STREQUAL thread)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(VOICESTAND_SANITIZE STREQUAL realtime)
  add_compile_options(-fsanitize=realtime -fno-omit-frame-pointer)
  add_link_options(-fsanitize=realtime)
elseif(VOICESTAND_SANITIZE STREQUAL fuzzer)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(NOT VOICESTAND_SANITIZE STREQUAL none)
  message(FATAL_ERROR "VOICESTAND_SANITIZE is none, address, thread, realtime or fuzzer, not '${VOICESTAND_SANITIZE}'")
endif()

# What a sanitizer adds is what takes the compiler so long to optimise; line tables are all that its reports show.
if(NOT VOICESTAND_SANITIZE STREQUAL none)
  add_compile_options(-O1 -g1)
endif()
# g++ takes what a sanitizer inserts for the program's own and warns of overflows that cannot happen; the release build,
# without a sanitizer, has these warnings.
if(NOT VOICESTAND_SANITIZE STREQUAL none AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(voicestand_options INTERFACE
    -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-maybe-uninitialized -Wno-nonnull -Wno-free-nonheap-object)
endif()

# A release is small but where it works on each sample or each token.
set(VOICESTAND_FOR_SPEED $<$<CONFIG:Release>:-O3>)
if(CMAKE_BUILD_TYPE STREQUAL Release)
  add_compile_options(-Os -ffunction-sections -fdata-sections)
  # The program as a whole is optimised once more when it is linked, in one piece, which finds more to share than several
  # do. Tests and benchmarks are not: their objects hold machine code beside what that needs.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # Nothing of ours asks an object what it is.
    set(VOICESTAND_WHOLE -flto=auto -ffat-lto-objects -Oz -fno-rtti)
    add_link_options("$<IF:$<BOOL:$<TARGET_PROPERTY:LINKED_AS_A_WHOLE>>,-flto=auto;-flto-partition=one,-fno-lto>")
  endif()
  add_link_options(-Wl,--gc-sections -Wl,--as-needed -Wl,-O1 -Wl,-z,relro,-z,now)
  include(CheckLinkerFlag)
  # Relocations as a bit each, which glibc reads from 2.36 on.
  check_linker_flag(CXX -Wl,-z,pack-relative-relocs VOICESTAND_PACKS_RELOCATIONS)
  if(VOICESTAND_PACKS_RELOCATIONS)
    add_link_options(-Wl,-z,pack-relative-relocs)
  endif()
endif()
