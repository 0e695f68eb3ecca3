#include "voicestand/lib/sndfile/library.h"

#include "voicestand/lib/sndfile/reader.h"

namespace voicestand::sndfile {
namespace {

Result<Library> open() {
  auto library =
      posix::SharedLibrary::open({.soname = VOICESTAND_SNDFILE_SONAME, .package = "libsndfile1, or libsndfile"});
  if (!library) return std::unexpected(std::move(library.error()));
  Library functions;
  VS_SNDFILE_FUNCTIONS(VS_FUNCTION_FIND)
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

}  // namespace voicestand::sndfile
