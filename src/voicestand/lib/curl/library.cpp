#include "voicestand/lib/curl/library.h"

#include "voicestand/lib/curl/download.h"

namespace voicestand::curl {
namespace {

Result<Library> open() {
  auto library = posix::SharedLibrary::open({.soname = VOICESTAND_CURL_SONAME, .package = "libcurl4, or libcurl"});
  if (!library) return std::unexpected(std::move(library.error()));
  Library functions;
  VS_CURL_FUNCTIONS(VS_FUNCTION_FIND)
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

}  // namespace voicestand::curl
