# Writes OUTPUT, a header that says what was built from what; leaves it alone where nothing has changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[#pragma once

#include <string_view>

namespace voicestand::app {

inline constexpr std::string_view kVersion = "@VERSION@";
inline constexpr std::string_view kCommit = "@commit@";
inline constexpr std::string_view kBuildType = "@BUILD_TYPE@";
inline constexpr std::string_view kCompiler = "@COMPILER@";

}  // namespace voicestand::app
]] @ONLY)
