#include "voicestand/service/hot_key.h"

#include <utility>

#include "voicestand/desktop/key_chord.h"
#include "voicestand/service/composition.h"

namespace voicestand::service {

Result<std::unique_ptr<HotKey>> HotKey::listen(const Choice& choice, Listener listener, dbus::EventLoop& loop,
                                               const Clock& clock) {
  auto parsed = desktop::KeyChord::parse(choice.chord);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  auto trigger = make_trigger({.id = choice.chord, .chord = *parsed}, choice.lasting, choice.layout, clock);
  if (!trigger) return std::unexpected(std::move(trigger.error()));
  std::unique_ptr<HotKey> key(new HotKey(std::move(*trigger), std::move(listener)));
  auto readable = loop.when_readable(key->trigger_->fd(), [&its = *key] { its.read(); });
  if (!readable) return std::unexpected(std::move(readable.error()));
  key->readable_ = std::move(*readable);
  // What has come already makes nothing readable.
  auto first = loop.after({}, [&its = *key] { its.read(); });
  if (!first) return std::unexpected(std::move(first.error()));
  key->first_ = std::move(*first);
  return key;
}

void HotKey::read() {
  const auto events = trigger_->read();
  if (!events) {
    // The desktop has gone: what has no end is not read any more.
    if (events.error().code == Errc::kIo) readable_.reset();
    return listener_.trouble(events.error());
  }
  for (const desktop::TriggerEvent& event : *events) listener_.heard(event);
}

}  // namespace voicestand::service
