#include "voicestand/lib/x11/library.h"

#include <utility>

#include "voicestand/lib/x11/connection.h"

namespace voicestand::x11 {
namespace {

template <typename Part>
Result<void> open_into(Part& part, const posix::SharedLibrary::Name& name) {
  auto library = posix::SharedLibrary::open(name);
  if (!library) return std::unexpected(std::move(library.error()));
  part.find_in(*library);
  return posix::outcome_of(library->complete(true));
}

Result<Library> open() {
  Library all;
  Result<void> opened = open_into<Xcb>(all, {.soname = VOICESTAND_XCB_SONAME, .package = "libxcb1, or libxcb"});
  if (opened)
    opened =
        open_into<XcbXinput>(all, {.soname = VOICESTAND_XCB_XINPUT_SONAME, .package = "libxcb-xinput0, or libxcb"});
  if (opened)
    opened = open_into<XcbXkb>(all, {.soname = VOICESTAND_XCB_XKB_SONAME, .package = "libxcb-xkb1, or libxcb"});
  if (opened)
    opened = open_into<XcbXtest>(all, {.soname = VOICESTAND_XCB_XTEST_SONAME, .package = "libxcb-xtest0, or libxcb"});
  if (opened)
    opened = open_into<XkbcommonX11>(
        all, {.soname = VOICESTAND_XKBCOMMON_X11_SONAME, .package = "libxkbcommon-x11-0, or libxkbcommon-x11"});
  if (!opened) return std::unexpected(std::move(opened.error()));
  return all;
}

}  // namespace

const Result<Library>& Library::get() {
  static const Result<Library> kLibrary = open();
  return kLibrary;
}

Result<void> check_library() {
  return posix::outcome_of(Library::get());
}

}  // namespace voicestand::x11
