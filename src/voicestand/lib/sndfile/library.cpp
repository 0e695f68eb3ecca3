#include "voicestand/lib/sndfile/library.h"

#include "voicestand/lib/sndfile/reader.h"

namespace voicestand::sndfile {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary =
      posix::functions_of<Library>({.soname = VOICESTAND_SNDFILE_SONAME, .package = "libsndfile1, or libsndfile"});
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::sndfile
