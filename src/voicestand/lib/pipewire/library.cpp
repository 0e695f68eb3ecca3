#include "voicestand/lib/pipewire/library.h"

#include "voicestand/lib/pipewire/connection.h"

namespace voicestand::pipewire {
namespace {

Result<Library> open() {
  auto library = posix::SharedLibrary::open(
      {.soname = VOICESTAND_PIPEWIRE_SONAME, .package = "libpipewire-0.3-0, or pipewire-libs"});
  if (!library) return std::unexpected(std::move(library.error()));
  Library functions;
  VS_PIPEWIRE_FUNCTIONS(VS_FUNCTION_FIND)
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

}  // namespace voicestand::pipewire
