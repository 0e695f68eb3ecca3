#include "voicestand/lib/dbus/remote_desktop.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "voicestand/lib/dbus/bus_error.h"
#include "voicestand/lib/dbus/library.h"
#include "voicestand/lib/dbus/message.h"
#include "voicestand/lib/dbus/portal_request.h"

namespace voicestand::dbus {
namespace {

constexpr const char* kInterface = "org.freedesktop.portal.RemoteDesktop";
constexpr std::uint32_t kKeyboard = 1;         // of the kinds of devices
constexpr std::uint32_t kUntilRevoked = 2;     // how long the permission lasts
constexpr std::chrono::seconds kPatience{10};  // for what asks nobody

// Once a bus is there, so is the library.
const Library& library() {
  return *Library::get();
}

std::unexpected<Error> refused(std::string why) {
  return fail(Errc::kDeviceMissing, std::move(why), "RemoteDesktop portal",
              "allow it when the desktop asks, or choose another way with type.backend");
}

// What came of a request.
struct Answer {
  const char* wanted;
  std::optional<std::string> text{};
  bool granted = false;

  static int on_response(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    auto& answer = *static_cast<Answer*>(self);
    answer.granted = portal_granted(message);
    answer.text = answer.granted ? portal_text(message, answer.wanted) : std::string();
    return 0;
  }
};

}  // namespace

Result<std::unique_ptr<RemoteDesktop>> RemoteDesktop::open(const Options& options) {
  const auto& systemd = Library::get();
  if (!systemd) return std::unexpected(systemd.error());
  const auto missing = [](std::string what) {
    return fail(Errc::kServiceMissing, std::move(what), "RemoteDesktop portal", "choose another way with type.backend");
  };
  sd_bus* bus = nullptr;
  if (const int code = systemd->sd_bus_open_user(&bus); code < 0) return missing(std::strerror(-code));
  std::unique_ptr<RemoteDesktop> opened(new RemoteDesktop(bus));
  BusError error(*systemd);
  std::uint32_t version = 0;
  if (const int code = systemd->sd_bus_get_property_trivial(bus, kPortalName, kPortalPath, kInterface, "version",
                                                            error.get(), 'u', &version);
      code < 0)
    return missing(error.message(code));

  auto session = opened->ask("CreateSession", "session_handle", kPatience, [&](sd_bus_message* to, const char* token) {
    return systemd->sd_bus_message_append(to, "a{sv}", 2, "handle_token", "s", token, "session_handle_token", "s",
                                          "voicestand");
  });
  if (!session) return std::unexpected(std::move(session.error()));
  if (session->empty()) return refused("the desktop gives no session");
  opened->session_ = std::move(*session);

  const bool keeps = version >= 2;  // before that, nobody remembers the permission
  const auto select = [&](sd_bus_message* to, const char* token) {
    const int wanted = !keeps ? 2 : options.restore_token.empty() ? 3 : 4;
    if (wanted == 2)
      return systemd->sd_bus_message_append(to, "a{sv}", wanted, "handle_token", "s", token, "types", "u", kKeyboard);
    if (wanted == 3) {
      return systemd->sd_bus_message_append(to, "a{sv}", wanted, "handle_token", "s", token, "types", "u", kKeyboard,
                                            "persist_mode", "u", kUntilRevoked);
    }
    return systemd->sd_bus_message_append(to, "a{sv}", wanted, "handle_token", "s", token, "types", "u", kKeyboard,
                                          "persist_mode", "u", kUntilRevoked, "restore_token", "s",
                                          options.restore_token.c_str());
  };
  if (auto selected = opened->ask("SelectDevices", "", kPatience, select); !selected)
    return std::unexpected(std::move(selected.error()));

  auto token = opened->ask("Start", "restore_token", options.patience, [&](sd_bus_message* to, const char* handle) {
    return systemd->sd_bus_message_append(to, "sa{sv}", "", 1, "handle_token", "s", handle);
  });
  if (!token) return std::unexpected(std::move(token.error()));
  if (!token->empty() && options.keep_token) options.keep_token(*token);
  return opened;
}

RemoteDesktop::~RemoteDesktop() {
  library().sd_bus_flush_close_unref(bus_);
}

Result<std::string> RemoteDesktop::ask(const char* method, const char* wanted, std::chrono::milliseconds patience,
                                       const std::function<int(sd_bus_message*, const char* token)>& append) {
  const Library& systemd = library();
  const std::string token = std::string("voicestand_") + method;
  const std::string path = portal_request_path(bus_, token.c_str());
  Answer answer{.wanted = wanted};
  // Listened for before the question is asked.
  sd_bus_slot* hearing = nullptr;
  int code = systemd.sd_bus_match_signal(bus_, &hearing, kPortalName, path.c_str(), kPortalRequest, "Response",
                                         &Answer::on_response, &answer);
  if (code < 0) return refused(std::strerror(-code));
  const std::unique_ptr<sd_bus_slot, decltype(systemd.sd_bus_slot_unref)> heard(hearing, systemd.sd_bus_slot_unref);

  Message message(systemd);
  code = systemd.sd_bus_message_new_method_call(bus_, message.out(), kPortalName, kPortalPath, kInterface, method);
  if (code >= 0 && !session_.empty()) code = systemd.sd_bus_message_append(message.get(), "o", session_.c_str());
  if (code >= 0) code = append(message.get(), token.c_str());
  BusError error(systemd);
  if (code >= 0) code = systemd.sd_bus_call(bus_, message.get(), 0, error.get(), nullptr);
  if (code < 0) return refused(error.message(code));

  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!answer.text) {
    code = systemd.sd_bus_process(bus_, nullptr);
    if (code < 0) return refused(std::strerror(-code));
    if (code > 0 || answer.text) continue;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return refused("nobody has answered");
    (void)systemd.sd_bus_wait(bus_, static_cast<std::uint64_t>(left.count()));
  }
  if (!answer.granted) return refused("it was not allowed");
  return std::move(*answer.text);
}

// The answer to the last comes after those to all before it.
Result<void> RemoteDesktop::strike(std::span<const std::uint32_t> keysyms) {
  for (std::size_t i = 0; i < keysyms.size(); ++i) {
    if (auto pressed = notify(keysyms[i], true, false); !pressed) return pressed;
    if (auto released = notify(keysyms[i], false, i + 1 == keysyms.size()); !released) return released;
  }
  return {};
}

Result<void> RemoteDesktop::notify(std::uint32_t keysym, bool down, bool wait) {
  const Library& systemd = library();
  BusError error(systemd);
  const auto symbol = static_cast<std::int32_t>(keysym);
  const std::uint32_t state = down ? 1 : 0;
  const int code =
      wait ? systemd.sd_bus_call_method(bus_, kPortalName, kPortalPath, kInterface, "NotifyKeyboardKeysym", error.get(),
                                        nullptr, "oa{sv}iu", session_.c_str(), 0, symbol, state)
           : systemd.sd_bus_call_method_async(bus_, nullptr, kPortalName, kPortalPath, kInterface,
                                              "NotifyKeyboardKeysym", nullptr, nullptr, "oa{sv}iu", session_.c_str(), 0,
                                              symbol, state);
  if (code < 0) return fail(Errc::kIo, error.message(code), "RemoteDesktop portal");
  return {};
}

}  // namespace voicestand::dbus
