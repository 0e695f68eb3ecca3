#include "voicestand/lib/wayland/library.h"

#include <cstdarg>

#include "voicestand/lib/wayland/connection.h"

namespace voicestand::wayland {
namespace {

// What it would print is in our errors.
void say_nothing(const char* /*format*/, va_list /*arguments*/) {}

Result<Library> open_library() {
  auto library = posix::functions_of<Library>(
      {.soname = VOICESTAND_WAYLAND_SONAME, .package = "libwayland-client0, or libwayland-client"});
  if (library) library->wl_log_set_handler_client(say_nothing);
  return library;
}

}  // namespace

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary = open_library();
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::wayland
