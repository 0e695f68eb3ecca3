#include "voicestand/lib/dbus/library.h"

#include "voicestand/lib/dbus/realtime_broker.h"

namespace voicestand::dbus {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary =
      posix::functions_of<Library>({.soname = VOICESTAND_SYSTEMD_SONAME, .package = "libsystemd0, or systemd-libs"});
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::dbus
