#include "voicestand/lib/dbus/global_shortcuts.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "voicestand/lib/dbus/bus_error.h"
#include "voicestand/lib/dbus/library.h"
#include "voicestand/lib/dbus/message.h"
#include "voicestand/lib/dbus/portal_request.h"

namespace voicestand::dbus {
namespace {

constexpr const char* kInterface = "org.freedesktop.portal.GlobalShortcuts";

constexpr const char* kSessionToken = "voicestand_session";
constexpr const char* kCreateToken = "voicestand_create";
constexpr const char* kBindToken = "voicestand_bind";

// Once a bus is there, so is the library.
const Library& library() {
  return *Library::get();
}

}  // namespace

Result<std::unique_ptr<GlobalShortcuts>> GlobalShortcuts::open(std::vector<Shortcut> shortcuts) {
  const auto& systemd = Library::get();
  if (!systemd) return std::unexpected(systemd.error());
  const auto missing = [](std::string what) {
    return fail(Errc::kServiceMissing, std::move(what), "GlobalShortcuts portal",
                "bind 'voicestand toggle' to a key in the desktop's settings");
  };
  sd_bus* bus = nullptr;
  if (const int code = systemd->sd_bus_open_user(&bus); code < 0) return missing(std::strerror(-code));
  std::unique_ptr<GlobalShortcuts> opened(new GlobalShortcuts(bus, std::move(shortcuts)));
  BusError error(*systemd);
  std::uint32_t version = 0;
  if (const int code = systemd->sd_bus_get_property_trivial(bus, kPortalName, kPortalPath, kInterface, "version",
                                                            error.get(), 'u', &version);
      code < 0)
    return missing(error.message(code));
  if (auto created = opened->create_session(); !created) return std::unexpected(std::move(created.error()));
  return opened;
}

GlobalShortcuts::~GlobalShortcuts() {
  library().sd_bus_flush_close_unref(bus_);
}

int GlobalShortcuts::fd() const noexcept {
  return library().sd_bus_get_fd(bus_);
}

// Answers are listened for before the question is asked.
Result<void> GlobalShortcuts::create_session() {
  const Library& systemd = library();
  const std::string created = portal_request_path(bus_, kCreateToken);
  const std::string bound = portal_request_path(bus_, kBindToken);
  struct Hearing {
    const char* path;
    const char* interface;
    const char* signal;
    sd_bus_message_handler_t handler;
  };
  for (const Hearing& hearing : {Hearing{created.c_str(), kPortalRequest, "Response", &on_session},
                                 Hearing{bound.c_str(), kPortalRequest, "Response", &on_bound},
                                 Hearing{kPortalPath, kInterface, "Activated", &on_change},
                                 Hearing{kPortalPath, kInterface, "Deactivated", &on_change}}) {
    const int code = systemd.sd_bus_match_signal(bus_, nullptr, kPortalName, hearing.path, hearing.interface,
                                                 hearing.signal, hearing.handler, this);
    if (code < 0) return fail(Errc::kIo, std::strerror(-code), "message bus");
  }
  const int code = systemd.sd_bus_call_method_async(bus_, nullptr, kPortalName, kPortalPath, kInterface,
                                                    "CreateSession", &on_reply, this, "a{sv}", 2, "handle_token", "s",
                                                    kCreateToken, "session_handle_token", "s", kSessionToken);
  if (code < 0) return fail(Errc::kIo, std::strerror(-code), "message bus");
  return {};
}

void GlobalShortcuts::bind() {
  const Library& systemd = library();
  Message message(systemd);
  int code = systemd.sd_bus_message_new_method_call(bus_, message.out(), kPortalName, kPortalPath, kInterface,
                                                    "BindShortcuts");
  const auto also = [&](int next) { code = code < 0 ? code : next; };
  if (code >= 0) also(systemd.sd_bus_message_append(message.get(), "o", session_.c_str()));
  if (code >= 0) also(systemd.sd_bus_message_open_container(message.get(), 'a', "(sa{sv})"));
  for (const Shortcut& shortcut : shortcuts_) {
    if (code < 0) break;
    also(systemd.sd_bus_message_append(message.get(), "(sa{sv})", shortcut.id.c_str(), 2, "description", "s",
                                       shortcut.description.c_str(), "preferred_trigger", "s",
                                       shortcut.preferred.c_str()));
  }
  if (code >= 0) also(systemd.sd_bus_message_close_container(message.get()));
  if (code >= 0) also(systemd.sd_bus_message_append(message.get(), "sa{sv}", "", 1, "handle_token", "s", kBindToken));
  if (code >= 0) {
    also(systemd.sd_bus_call_async(bus_, nullptr, message.get(), &on_reply, this, 0));
  }
  if (code < 0) refuse(std::strerror(-code));
}

void GlobalShortcuts::refuse(std::string why) {
  failure_ = Error{.code = Errc::kDeviceMissing,
                   .what = std::move(why),
                   .where = "GlobalShortcuts portal",
                   .remedy = "bind 'voicestand toggle' to a key in the desktop's settings"};
}

// The request has been taken, or there will be no answer.
int GlobalShortcuts::on_reply(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
  const sd_bus_error* const error = library().sd_bus_message_get_error(message);
  if (error != nullptr)
    static_cast<GlobalShortcuts*>(self)->refuse(error->message != nullptr ? error->message : error->name);
  return 0;
}

int GlobalShortcuts::on_session(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
  auto& shortcuts = *static_cast<GlobalShortcuts*>(self);
  if (portal_granted(message)) shortcuts.session_ = portal_text(message, "session_handle");
  if (shortcuts.session_.empty()) {
    shortcuts.refuse("the desktop gives no session");
  } else {
    shortcuts.bind();
  }
  return 0;
}

int GlobalShortcuts::on_bound(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
  if (!portal_granted(message)) static_cast<GlobalShortcuts*>(self)->refuse("the key was refused");
  return 0;
}

int GlobalShortcuts::on_change(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
  auto& shortcuts = *static_cast<GlobalShortcuts*>(self);
  const char* session = nullptr;
  const char* id = nullptr;
  if (library().sd_bus_message_read(message, "os", &session, &id) < 0 || shortcuts.session_ != session) return 0;
  const std::string_view what = library().sd_bus_message_get_member(message);
  shortcuts.changes_.push_back({.id = id, .pressed = what == "Activated"});
  return 0;
}

Result<std::vector<GlobalShortcuts::Change>> GlobalShortcuts::read() {
  int code = 1;
  while (code > 0) code = library().sd_bus_process(bus_, nullptr);
  if (code < 0) return fail(Errc::kIo, std::strerror(-code), "message bus");
  auto changes = std::exchange(changes_, {});
  if (changes.empty() && failure_) return std::unexpected(std::move(*std::exchange(failure_, std::nullopt)));
  return changes;
}

}  // namespace voicestand::dbus
