include(GoogleTest)

# voicestand_module(NAME [FOR_SPEED] [ALONE CASES] [DEPENDS TARGET…])
#
# FOR_SPEED: what works on each sample or each token; the rest of a release is compiled for size.
# The folder's sources become the library voicestand_NAME; its *_test.cpp beside them become the program
# voicestand_NAME_test, each case a ctest. A folder may hold one of the two alone. With the fuzzer, each *_fuzz.cpp
# becomes the program voicestand_NAME_*_fuzz and a short run of it a ctest.
function(voicestand_module name)
  cmake_parse_arguments(MODULE "FOR_SPEED" "ALONE" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  set(library voicestand_${name})
  if(sources)
    add_library(${library} STATIC ${sources})
    target_include_directories(${library} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${library} PUBLIC ${MODULE_DEPENDS} PRIVATE voicestand_options)
    target_compile_options(${library} PRIVATE ${VOICESTAND_WHOLE})
    if(MODULE_FOR_SPEED)
      target_compile_options(${library} PRIVATE ${VOICESTAND_FOR_SPEED})
    endif()
  else()
    add_library(${library} INTERFACE)
    target_include_directories(${library} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${library} INTERFACE ${MODULE_DEPENDS})
  endif()
  if(BUILD_TESTING AND tests)
    voicestand_unit_tests(${library}_test SOURCES ${tests} DEPENDS ${library} ALONE ${MODULE_ALONE})
  endif()
  if(VOICESTAND_SANITIZE STREQUAL fuzzer)
    file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cpp)
    foreach(source IN LISTS fuzzers)
      voicestand_fuzzer(${library} ${source})
    endforeach()
  endif()
endfunction()

# voicestand_fuzzer(LIBRARY SOURCE); the target voicestand_fuzz builds all of them. tests/data/fuzz/PROGRAM.tar.xz is
# what it begins with.
function(voicestand_fuzzer library source)
  get_filename_component(name ${source} NAME_WE)
  set(program ${library}_${name})
  add_executable(${program} ${source})
  target_link_libraries(${program} PRIVATE ${library} voicestand_options)
  target_link_options(${program} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET voicestand_fuzz)
    add_custom_target(voicestand_fuzz)
  endif()
  add_dependencies(voicestand_fuzz ${program})
  # What has been found to lead to different places is gone through first; new finds stay in the build folder.
  set(corpus ${CMAKE_CURRENT_BINARY_DIR}/${program}_corpus)
  file(MAKE_DIRECTORY ${corpus})
  if(EXISTS ${PROJECT_SOURCE_DIR}/tests/data/fuzz/${program}.tar.xz)
    file(ARCHIVE_EXTRACT INPUT ${PROJECT_SOURCE_DIR}/tests/data/fuzz/${program}.tar.xz DESTINATION ${corpus})
  endif()
  add_test(NAME fuzz.${program}
           COMMAND ${program} -seed=1 -runs=100000 -max_len=2048 -len_control=0 -timeout=10 -max_total_time=300 ${corpus})
  set_tests_properties(fuzz.${program} PROPERTIES LABELS fuzz TIMEOUT 600)
endfunction()

# voicestand_unit_tests(PROGRAM SOURCES FILE… DEPENDS TARGET… [ALONE CASES])
#
# ALONE: of these, by a pattern of GoogleTest's, no two run at once, nor beside anything else: they go by the clock.
function(voicestand_unit_tests program)
  cmake_parse_arguments(UNIT "" "ALONE" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${program} ${UNIT_SOURCES})
  target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${program} PRIVATE
    VOICESTAND_BUNDLE_DIR="${VOICESTAND_BUNDLE_DIR}"
    VOICESTAND_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    VOICESTAND_SPEECH_DIR="${PROJECT_SOURCE_DIR}/../shared/speech")
  target_link_libraries(${program} PRIVATE ${UNIT_DEPENDS} voicestand_options GTest::gmock GTest::gtest_main rapidcheck)
  target_compile_options(${program} PRIVATE -O1)  # tests are compiled more often than they run
  set(properties TIMEOUT 120 LABELS unit ENVIRONMENT RC_PARAMS=seed=1)
  if(UNIT_ALONE)
    gtest_discover_tests(${program} DISCOVERY_TIMEOUT 60 TEST_FILTER ${UNIT_ALONE} TEST_LIST ${program}_alone
                         PROPERTIES ${properties} RUN_SERIAL ON)
    set(rest TEST_FILTER -${UNIT_ALONE})
  endif()
  gtest_discover_tests(${program} DISCOVERY_TIMEOUT 60 ${rest} PROPERTIES ${properties})
endfunction()
