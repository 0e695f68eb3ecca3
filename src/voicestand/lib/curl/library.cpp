#include "voicestand/lib/curl/library.h"

#include "voicestand/lib/curl/download.h"

namespace voicestand::curl {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary =
      posix::functions_of<Library>({.soname = VOICESTAND_CURL_SONAME, .package = "libcurl4, or libcurl"});
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::curl
