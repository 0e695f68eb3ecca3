# Writes OUTPUT, a header that says what was built from what; leaves it alone where nothing has changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[#pragma once

#define VOICESTAND_VERSION "@VERSION@"
#define VOICESTAND_COMMIT "@commit@"
#define VOICESTAND_BUILD_TYPE "@BUILD_TYPE@"
#define VOICESTAND_COMPILER "@COMPILER@"
]] @ONLY)
