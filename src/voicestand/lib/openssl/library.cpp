#include "voicestand/lib/openssl/library.h"

#include "voicestand/lib/openssl/sha256.h"

namespace voicestand::openssl {
namespace {

Result<Library> open() {
  auto library =
      posix::SharedLibrary::open({.soname = VOICESTAND_CRYPTO_SONAME, .package = "libssl3, or openssl-libs"});
  if (!library) return std::unexpected(std::move(library.error()));
  Library functions;
  VS_CRYPTO_FUNCTIONS(VS_FUNCTION_FIND)
  return library->complete(functions);
}

}  // namespace

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary = open();
  return kLibrary;
}

Result<void> check_library() {
  if (const auto& library = Library::get(); !library) return std::unexpected(library.error());
  return {};
}

}  // namespace voicestand::openssl
