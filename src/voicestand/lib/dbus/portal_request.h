#pragma once

#include <string>
#include <string_view>

#include <systemd/sd-bus.h>

// What all of the desktop's portals have in common (org.freedesktop.portal.Request): a method returns at once, and its
// answer comes as a signal of an object whose path one knows before. Thread: one at a time. Real-time: no.
namespace voicestand::dbus {

inline constexpr const char* kPortalName = "org.freedesktop.portal.Desktop";
inline constexpr const char* kPortalPath = "/org/freedesktop/portal/desktop";
inline constexpr const char* kPortalRequest = "org.freedesktop.portal.Request";

// Where the answer to a request with this `handle_token` will come. Empty: the bus is gone.
[[nodiscard]] std::string portal_request_path(sd_bus* bus, const char* token);

// Whether the answer that `message` stands at the beginning of is yes; then it stands at what it says.
[[nodiscard]] bool portal_granted(sd_bus_message* message);

// The text of this name in the dictionary that `message` stands at; empty: there is none.
[[nodiscard]] std::string portal_text(sd_bus_message* message, std::string_view name);

}  // namespace voicestand::dbus
