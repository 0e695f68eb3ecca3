#include "voicestand/desktop/portal_trigger.h"

#include <utility>

namespace voicestand::desktop {

std::string xdg_shortcut(const KeyChord& chord) {
  std::string text;
  const std::pair<KeyChord::Held, const char*> names[]{{KeyChord::kControl, "CTRL+"},
                                                       {KeyChord::kAlt, "ALT+"},
                                                       {KeyChord::kShift, "SHIFT+"},
                                                       {KeyChord::kSuper, "LOGO+"}};
  for (const auto& [held, name] : names)
    if ((chord.held & held) != 0) text += name;
  return text + KeyChord{.kind = chord.kind, .number = chord.number}.text();
}

Result<std::unique_ptr<PortalTrigger>> PortalTrigger::open(const std::vector<Shortcut>& shortcuts, const Clock& clock) {
  std::vector<dbus::GlobalShortcuts::Shortcut> wanted;
  for (const Shortcut& shortcut : shortcuts) {
    wanted.push_back({.id = shortcut.binding.id,
                      .description = shortcut.description,
                      .preferred = xdg_shortcut(shortcut.binding.chord)});
  }
  auto opened = dbus::GlobalShortcuts::open(std::move(wanted));
  if (!opened) return std::unexpected(std::move(opened.error()));
  return std::unique_ptr<PortalTrigger>(new PortalTrigger(std::move(*opened), clock));
}

Result<std::vector<TriggerEvent>> PortalTrigger::read() {
  auto changes = shortcuts_->read();
  if (!changes) return std::unexpected(std::move(changes.error()));
  std::vector<TriggerEvent> events;
  for (auto& change : *changes) {
    events.push_back({.kind = change.pressed ? TriggerEvent::Kind::kPressed : TriggerEvent::Kind::kReleased,
                      .id = std::move(change.id),
                      .at = clock_.now()});
  }
  return events;
}

}  // namespace voicestand::desktop
