#include "voicestand/lib/xkb/library.h"

#include "voicestand/lib/xkb/keymap.h"

namespace voicestand::xkb {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary = posix::functions_of<Library>(
      {.soname = VOICESTAND_XKBCOMMON_SONAME, .package = "libxkbcommon0, or libxkbcommon"});
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::xkb
