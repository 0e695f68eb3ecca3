#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <systemd/sd-bus.h>

#include "voicestand/base/result.h"

namespace voicestand::dbus {

// Hot-keys that the desktop gives to programs: the portal org.freedesktop.portal.GlobalShortcuts. The user is asked by
// the desktop which keys they are to be. Thread: one at a time. Real-time: no.
class GlobalShortcuts {
 public:
  struct Shortcut {
    std::string id;
    std::string description;  // for people
    std::string preferred;    // as in "CTRL+ALT+space", the XDG shortcuts specification
  };
  struct Change {
    std::string id;
    bool pressed = false;
  };

  // Asks for them; the answer may take as long as the user takes. Errors: kServiceMissing where the session has no such
  // portal.
  [[nodiscard]] static Result<std::unique_ptr<GlobalShortcuts>> open(std::vector<Shortcut> shortcuts);
  GlobalShortcuts(const GlobalShortcuts&) = delete;
  GlobalShortcuts& operator=(const GlobalShortcuts&) = delete;
  ~GlobalShortcuts();

  // Readable when there is something to read(); not before read() has been called once.
  [[nodiscard]] int fd() const noexcept;
  // What has happened since, in order; never waits. Errors, told once: kDeviceMissing where the desktop has refused,
  // kIo where the bus is gone.
  [[nodiscard]] Result<std::vector<Change>> read();

 private:
  GlobalShortcuts(sd_bus* bus, std::vector<Shortcut> shortcuts) : bus_(bus), shortcuts_(std::move(shortcuts)) {}
  [[nodiscard]] Result<void> create_session();
  void bind();
  void refuse(std::string why);

  static int on_session(sd_bus_message* message, void* self, sd_bus_error* error);
  static int on_bound(sd_bus_message* message, void* self, sd_bus_error* error);
  static int on_change(sd_bus_message* message, void* self, sd_bus_error* error);
  static int on_reply(sd_bus_message* message, void* self, sd_bus_error* error);

  sd_bus* bus_;  // owned
  const std::vector<Shortcut> shortcuts_;
  std::string session_;
  std::vector<Change> changes_;
  std::optional<Error> failure_;
};

}  // namespace voicestand::dbus
