#include "voicestand/desktop/session_layout.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/seat.h"
#include "voicestand/lib/x11/connection.h"
#include "voicestand/lib/x11/moment.h"
#include "voicestand/lib/xkb/keymap_extension.h"

namespace voicestand::desktop {
namespace {

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

std::optional<SessionLayout> of_compositor() {
  if (!is_set("WAYLAND_DISPLAY")) return std::nullopt;
  const auto connection = wayland::Connection::open();
  if (!connection) return std::nullopt;
  const auto seat = wayland::Seat::bind(**connection, std::string(xkb::kExtensionMark));
  if (!seat || (*seat)->keymap().empty()) return std::nullopt;
  auto keymap = xkb::Keymap::parse((*seat)->keymap());
  if (!keymap) return std::nullopt;
  return SessionLayout{.keymap = std::move(*keymap), .of_display = true};
}

std::optional<SessionLayout> of_x_server() {
  if (!is_set("DISPLAY")) return std::nullopt;
  auto connection = x11::Connection::open();
  if (!connection) return std::nullopt;
  auto keymap = x11::keymap(*connection);
  const auto moment = x11::look(*connection);
  if (!keymap || !moment) return std::nullopt;
  return SessionLayout{.keymap = std::move(*keymap), .group = moment->group, .of_display = true};
}

// The first bytes of a file; empty where there are none to be had.
std::string beginning_of(const char* file) {
  constexpr std::size_t kMostBytes = 16'384;
  std::string content(kMostBytes, '\0');
  const posix::UniqueFd opened(::open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const ssize_t got = opened ? ::read(opened.get(), content.data(), content.size()) : 0;
  content.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return content;
}

std::optional<SessionLayout> of_system() {
  if (is_set("XKB_DEFAULT_LAYOUT")) return std::nullopt;  // libxkbcommon knows it
  for (const char* file : {"/etc/default/keyboard", "/etc/X11/xorg.conf.d/00-keyboard.conf", "/etc/vconsole.conf"}) {
    const auto names = layout_in_file(beginning_of(file));
    if (!names) continue;
    if (auto keymap = xkb::Keymap::named(names->layouts, names->variants))
      return SessionLayout{.keymap = std::move(*keymap)};
  }
  return std::nullopt;
}

}  // namespace

Result<SessionLayout> SessionLayout::find(const LayoutNames& names) {
  if (names.layouts.empty())
    for (const auto look : {of_compositor, of_x_server, of_system})
      if (auto found = look()) return std::move(*found);
  auto keymap = xkb::Keymap::named(names.layouts, names.variants);
  if (!keymap) return std::unexpected(std::move(keymap.error()));
  return SessionLayout{.keymap = std::move(*keymap)};
}

}  // namespace voicestand::desktop
