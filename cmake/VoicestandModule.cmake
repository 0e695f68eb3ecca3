include(GoogleTest)

# voicestand_module(NAME [DEPENDS TARGET…])
#
# The folder's sources become the library voicestand_NAME; its *_test.cpp beside them become the program
# voicestand_NAME_test, each case a ctest. A folder may hold one of the two alone.
function(voicestand_module name)
  cmake_parse_arguments(MODULE "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz)\\.cpp$")
  set(library voicestand_${name})
  if(sources)
    add_library(${library} STATIC ${sources})
    target_include_directories(${library} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${library} PUBLIC ${MODULE_DEPENDS} PRIVATE voicestand_options)
  else()
    add_library(${library} INTERFACE)
    target_include_directories(${library} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${library} INTERFACE ${MODULE_DEPENDS})
  endif()
  if(BUILD_TESTING AND tests)
    voicestand_unit_tests(${library}_test SOURCES ${tests} DEPENDS ${library})
  endif()
endfunction()

# voicestand_unit_tests(PROGRAM SOURCES FILE… DEPENDS TARGET…)
function(voicestand_unit_tests program)
  cmake_parse_arguments(UNIT "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${program} ${UNIT_SOURCES})
  target_include_directories(${program} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${program} PRIVATE
    VOICESTAND_BUNDLE_DIR="${VOICESTAND_BUNDLE_DIR}"
    VOICESTAND_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    VOICESTAND_SPEECH_DIR="${PROJECT_SOURCE_DIR}/../shared/speech")
  target_link_libraries(${program} PRIVATE ${UNIT_DEPENDS} voicestand_options GTest::gmock GTest::gtest_main rapidcheck)
  gtest_discover_tests(${program} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120 LABELS unit ENVIRONMENT RC_PARAMS=seed=1)
endfunction()
