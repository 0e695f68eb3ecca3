#include "voicestand/lib/alsa/library.h"

#include "voicestand/lib/alsa/capture_pcm.h"

namespace voicestand::alsa {
namespace {

Result<Library> open() {
  auto library = posix::SharedLibrary::open({.soname = VOICESTAND_ALSA_SONAME, .package = "libasound2, or alsa-lib"});
  if (!library) return std::unexpected(std::move(library.error()));
  Library functions;
  VS_ALSA_FUNCTIONS(VS_FUNCTION_FIND)
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

}  // namespace voicestand::alsa
