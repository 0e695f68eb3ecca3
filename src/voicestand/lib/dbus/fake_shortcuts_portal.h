#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "voicestand/lib/dbus/fake_portal.h"

namespace voicestand::dbus {

// For tests: a desktop that gives global shortcuts away, or refuses them.
class FakeShortcutsPortal final : public FakePortal {
 public:
  enum class Manner : std::uint8_t { kGrants, kGivesNoSession, kRefusesKeys, kFails };
  struct Bound {
    std::string id, description, preferred;
  };

  FakeShortcutsPortal(const PrivateBus& private_bus, Manner manner) : FakePortal(private_bus), manner_(manner) {
    static const sd_bus_vtable kTable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("CreateSession", "a{sv}", "o", &FakeShortcutsPortal::create, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("BindShortcuts", "oa(sa{sv})sa{sv}", "o", &FakeShortcutsPortal::bind, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_PROPERTY("version", "u", &FakeShortcutsPortal::version, 0, 0),
        SD_BUS_SIGNAL("Activated", "osta{sv}", 0),
        SD_BUS_SIGNAL("Deactivated", "osta{sv}", 0),
        SD_BUS_VTABLE_END};
    begin(kInterface, kTable, this);
  }
  ~FakeShortcutsPortal() override { end(); }

  void stroke(std::string id, bool down) {
    const std::scoped_lock lock(mutex_);
    strokes_.emplace_back(std::move(id), down);
  }
  [[nodiscard]] std::vector<Bound> bound() const {
    const std::scoped_lock lock(mutex_);
    return bound_;
  }

 private:
  static constexpr const char* kInterface = "org.freedesktop.portal.GlobalShortcuts";
  static constexpr const char* kSession = "/org/freedesktop/portal/desktop/session/1";

  void turn() override {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, down] : std::exchange(strokes_, {})) {
      sd_bus_emit_signal(bus(), kPath, kInterface, down ? "Activated" : "Deactivated", "osta{sv}", kSession, id.c_str(),
                         std::uint64_t{0}, 0);
    }
  }

  static int create(sd_bus_message* message, void* self, sd_bus_error* error) {
    auto& portal = *static_cast<FakeShortcutsPortal*>(self);
    if (portal.manner_ == Manner::kFails) return sd_bus_error_set(error, SD_BUS_ERROR_FAILED, "the desktop is upset");
    const std::string token = dictionary(message)["handle_token"];
    if (portal.manner_ == Manner::kGivesNoSession) return portal.answer(message, token, false);
    return portal.answer(message, token, true, "session_handle", kSession);
  }

  static int bind(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    auto& portal = *static_cast<FakeShortcutsPortal*>(self);
    const char* session = nullptr;
    sd_bus_message_read(message, "o", &session);
    EXPECT_STREQ(session, kSession);
    sd_bus_message_enter_container(message, 'a', "(sa{sv})");
    while (sd_bus_message_enter_container(message, 'r', "sa{sv}") > 0) {
      const char* id = nullptr;
      sd_bus_message_read(message, "s", &id);
      auto details = dictionary(message);
      sd_bus_message_exit_container(message);
      const std::scoped_lock lock(portal.mutex_);
      portal.bound_.push_back(
          {.id = id, .description = details["description"], .preferred = details["preferred_trigger"]});
    }
    sd_bus_message_exit_container(message);
    const char* parent = nullptr;
    sd_bus_message_read(message, "s", &parent);
    return portal.answer(message, dictionary(message)["handle_token"], portal.manner_ != Manner::kRefusesKeys);
  }

  static int version(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void*, sd_bus_error*) {
    return sd_bus_message_append(reply, "u", 1);
  }

  const Manner manner_;
  mutable std::mutex mutex_;  // protects both
  std::vector<Bound> bound_;
  std::vector<std::pair<std::string, bool>> strokes_;
};

}  // namespace voicestand::dbus
