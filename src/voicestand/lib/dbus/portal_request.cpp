#include "voicestand/lib/dbus/portal_request.h"

#include <cstdint>

#include "voicestand/lib/dbus/library.h"

namespace voicestand::dbus {
namespace {

// Who has a bus or a message has the library.
const Library& library() {
  return *Library::get();
}

}  // namespace

std::string portal_request_path(sd_bus* bus, const char* token) {
  const char* name = nullptr;
  if (library().sd_bus_get_unique_name(bus, &name) < 0 || name == nullptr) return {};
  std::string sender(name);
  if (sender.starts_with(':')) sender.erase(0, 1);
  for (char& letter : sender)
    if (letter == '.') letter = '_';
  return std::string(kPortalPath) + "/request/" + sender + "/" + token;
}

bool portal_granted(sd_bus_message* message) {
  std::uint32_t response = 1;
  return library().sd_bus_message_read(message, "u", &response) >= 0 && response == 0;
}

std::string portal_text(sd_bus_message* message, std::string_view name) {
  const Library& systemd = library();
  std::string found;
  if (systemd.sd_bus_message_enter_container(message, 'a', "{sv}") < 0) return found;
  while (systemd.sd_bus_message_enter_container(message, 'e', "sv") > 0) {
    const char* key = nullptr;
    const char* text = nullptr;
    if (systemd.sd_bus_message_read_basic(message, 's', &key) < 0) return found;
    if (key == name && systemd.sd_bus_message_read(message, "v", "s", &text) > 0) {
      found = text;
    } else if (key != name && systemd.sd_bus_message_skip(message, "v") < 0) {
      return found;
    }
    if (systemd.sd_bus_message_exit_container(message) < 0) return found;
  }
  return found;
}

}  // namespace voicestand::dbus
