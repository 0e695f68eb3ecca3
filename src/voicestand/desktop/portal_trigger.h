#pragma once

#include <memory>
#include <string>
#include <vector>

#include "voicestand/desktop/trigger.h"
#include "voicestand/lib/dbus/global_shortcuts.h"

namespace voicestand::desktop {

// By the desktop's own global shortcuts, of which the user is asked by the desktop (KDE, GNOME 48 and later, Hyprland
// with a bind of its own). They last as long as the program does: none for a while.
class PortalTrigger final : public Trigger {
 public:
  struct Shortcut {
    Binding binding;
    std::string description;  // for people
  };

  // `clock` outlives it. Errors: kServiceMissing where the session has no such portal.
  [[nodiscard]] static Result<std::unique_ptr<PortalTrigger>> open(const std::vector<Shortcut>& shortcuts,
                                                                   const Clock& clock);

  [[nodiscard]] int fd() const noexcept override { return shortcuts_->fd(); }
  // Errors: kDeviceMissing where the desktop, or the user, has refused; kIo.
  [[nodiscard]] Result<std::vector<TriggerEvent>> read() override;

 private:
  PortalTrigger(std::unique_ptr<dbus::GlobalShortcuts> shortcuts, const Clock& clock) noexcept
      : shortcuts_(std::move(shortcuts)), clock_(clock) {}

  std::unique_ptr<dbus::GlobalShortcuts> shortcuts_;
  const Clock& clock_;
};

// As the XDG shortcuts specification writes it: "CTRL+ALT+space". Thread: any. Real-time: no.
[[nodiscard]] std::string xdg_shortcut(const KeyChord& chord);

}  // namespace voicestand::desktop
