#include "voicestand/lib/pipewire/library.h"

#include "voicestand/lib/pipewire/connection.h"

namespace voicestand::pipewire {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary = posix::functions_of<Library>(
      {.soname = VOICESTAND_PIPEWIRE_SONAME, .package = "libpipewire-0.3-0, or pipewire-libs"});
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::pipewire
