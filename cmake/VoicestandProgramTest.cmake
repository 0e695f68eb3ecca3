find_package(Python3 REQUIRED COMPONENTS Interpreter)

# voicestand_program_test(LABEL NAME [PROPERTY VALUE…])
#
# NAME_test.py of this folder becomes the ctest LABEL_NAME: it runs the voicestand program as a user would. It skips
# with 77 where what it needs is absent, saying what.
function(voicestand_program_test label name)
  set(test ${label}_${name})
  add_test(NAME ${test} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/${name}_test.py -v)
  set(environment
    PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/integration
    PYTHONDONTWRITEBYTECODE=1
    VOICESTAND_PROGRAM=$<TARGET_FILE:voicestand>
    VOICESTAND_SAMPLES=${VOICESTAND_BUNDLE_DIR}/samples
    VOICESTAND_MODELS=${VOICESTAND_BUNDLE_DIR}/models
    VOICESTAND_SANITIZE=${VOICESTAND_SANITIZE}
    VOICESTAND_SPEECH=${PROJECT_SOURCE_DIR}/../shared/speech)
  set_tests_properties(${test} PROPERTIES LABELS ${label} TIMEOUT 600 SKIP_RETURN_CODE 77 ENVIRONMENT "${environment}" ${ARGN})
endfunction()
