#include "voicestand/lib/websockets/library.h"

#include "voicestand/lib/websockets/server.h"

namespace voicestand::websockets {

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary = [] {
    auto library = posix::functions_of<Library>(
        {.soname = VOICESTAND_WEBSOCKETS_SONAME, .package = "libwebsockets17, or libwebsockets"});
    if (library) library->lws_set_log_level(0, nullptr);  // what goes wrong is told by us
    return library;
  }();
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::websockets
