#include "voicestand/desktop/x11_watch.h"

namespace voicestand::desktop {

void X11Watch::read(x11::Connection& connection) {
  while (const auto event = connection.next_event()) {
    if (event->kind == x11::Event::Kind::kKeymap) keymap_changed = true;
    if (event->kind == x11::Event::Kind::kPong) pong = event->detail;
    if (event->kind == x11::Event::Kind::kRawKeyRelease && event->detail < releases.size()) ++releases[event->detail];
  }
}

}  // namespace voicestand::desktop
