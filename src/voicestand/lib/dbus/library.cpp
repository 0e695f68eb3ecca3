#include "voicestand/lib/dbus/library.h"

#include "voicestand/lib/dbus/realtime_broker.h"

namespace voicestand::dbus {
namespace {

Result<Library> open() {
  auto library =
      posix::SharedLibrary::open({.soname = VOICESTAND_SYSTEMD_SONAME, .package = "libsystemd0, or systemd-libs"});
  if (!library) return std::unexpected(std::move(library.error()));
  Library functions;
  VS_SYSTEMD_FUNCTIONS(VS_FUNCTION_FIND)
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

}  // namespace voicestand::dbus
