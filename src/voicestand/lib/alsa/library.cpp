#include "voicestand/lib/alsa/library.h"

#include "voicestand/lib/alsa/capture_pcm.h"

namespace voicestand::alsa {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary =
      posix::functions_of<Library>({.soname = VOICESTAND_ALSA_SONAME, .package = "libasound2, or alsa-lib"});
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::alsa
