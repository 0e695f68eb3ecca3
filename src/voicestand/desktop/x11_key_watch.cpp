#include "voicestand/desktop/x11_key_watch.h"

#include <utility>

namespace voicestand::desktop {

using Kind = x11::Event::Kind;

Result<std::unique_ptr<X11KeyWatch>> X11KeyWatch::open() {
  auto connection = x11::Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  auto chords = X11Chords::read(*connection);
  if (!chords) return std::unexpected(std::move(chords.error()));
  connection->watch_devices(true);
  const auto moment = x11::look(*connection);
  if (!moment) return std::unexpected(moment.error());
  return std::unique_ptr<X11KeyWatch>(new X11KeyWatch(std::move(*connection), std::move(*chords), moment->down));
}

Result<std::vector<std::string>> X11KeyWatch::read() {
  std::vector<std::string> names;
  while (const auto event = connection_.next_event()) {
    if (event->kind == Kind::kKeymap) {
      auto chords = X11Chords::read(connection_);
      if (!chords) return std::unexpected(std::move(chords.error()));
      chords_ = std::move(*chords);
    }
    if (event->kind == Kind::kRawButtonPress) names.push_back(chords_.chord_of_button(event->detail, down_).text());
    if (event->detail >= down_.size()) continue;
    if (event->kind == Kind::kRawKeyRelease) down_[event->detail] = false;
    if (event->kind != Kind::kRawKeyPress) continue;
    down_[event->detail] = true;
    names.push_back(chords_.chord_of(event->detail, down_).text());
  }
  if (connection_.lost()) return std::unexpected(x11::Connection::gone());
  return names;
}

}  // namespace voicestand::desktop
