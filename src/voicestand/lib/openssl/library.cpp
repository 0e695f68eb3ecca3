#include "voicestand/lib/openssl/library.h"

#include "voicestand/lib/openssl/sha256.h"

namespace voicestand::openssl {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary =
      posix::functions_of<Library>({.soname = VOICESTAND_CRYPTO_SONAME, .package = "libssl3, or openssl-libs"});
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::openssl
