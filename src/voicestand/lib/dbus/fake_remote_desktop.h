#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "voicestand/lib/dbus/fake_portal.h"

namespace voicestand::dbus {

// For tests: a desktop that lends its keyboard, or does not.
class FakeRemoteDesktop final : public FakePortal {
 public:
  enum class Manner : std::uint8_t { kLends, kRefuses, kSaysNothing, kTakesItBack };

  FakeRemoteDesktop(const PrivateBus& private_bus, Manner manner, std::uint32_t version = 2)
      : FakePortal(private_bus), manner_(manner), version_(version) {
    static const sd_bus_vtable kTable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("CreateSession", "a{sv}", "o", &FakeRemoteDesktop::create, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("SelectDevices", "oa{sv}", "o", &FakeRemoteDesktop::select, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("Start", "osa{sv}", "o", &FakeRemoteDesktop::start, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("NotifyKeyboardKeysym", "oa{sv}iu", "", &FakeRemoteDesktop::notify, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_PROPERTY("version", "u", &FakeRemoteDesktop::version, 0, 0),
        SD_BUS_VTABLE_END};
    begin("org.freedesktop.portal.RemoteDesktop", kTable, this);
  }
  ~FakeRemoteDesktop() override { end(); }

  struct Stroke {
    std::int32_t keysym = 0;
    bool down = false;
    friend bool operator==(const Stroke&, const Stroke&) = default;
  };
  [[nodiscard]] std::vector<Stroke> strokes() const {
    const std::scoped_lock lock(mutex_);
    return strokes_;
  }
  // What SelectDevices was asked for.
  [[nodiscard]] std::map<std::string, std::string> selected() const {
    const std::scoped_lock lock(mutex_);
    return selected_;
  }

 private:
  static constexpr const char* kSession = "/org/freedesktop/portal/desktop/session/7";

  static FakeRemoteDesktop& its(void* self) { return *static_cast<FakeRemoteDesktop*>(self); }
  static void read_session(sd_bus_message* message) {
    const char* session = nullptr;
    sd_bus_message_read(message, "o", &session);
    EXPECT_STREQ(session, kSession);
  }

  static int create(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    return its(self).answer(message, dictionary(message)["handle_token"], true, "session_handle", kSession);
  }
  static int select(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    read_session(message);
    auto wanted = dictionary(message);
    {
      const std::scoped_lock lock(its(self).mutex_);
      its(self).selected_ = wanted;
    }
    return its(self).answer(message, wanted["handle_token"], true);
  }
  static int start(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
    read_session(message);
    const char* parent = nullptr;
    sd_bus_message_read(message, "s", &parent);
    const std::string token = dictionary(message)["handle_token"];
    if (its(self).manner_ == Manner::kRefuses) return its(self).answer(message, token, false);
    if (its(self).manner_ == Manner::kSaysNothing) {
      return sd_bus_reply_method_return(message, "o", request_of(message, token).c_str());
    }
    return its(self).answer(message, token, true, "restore_token", "next time");
  }
  static int notify(sd_bus_message* message, void* self, sd_bus_error* error) {
    if (its(self).manner_ == Manner::kTakesItBack)
      return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "no more");
    read_session(message);
    (void)dictionary(message);
    Stroke stroke;
    std::uint32_t state = 0;
    sd_bus_message_read(message, "iu", &stroke.keysym, &state);
    stroke.down = state == 1;
    {
      const std::scoped_lock lock(its(self).mutex_);
      its(self).strokes_.push_back(stroke);
    }
    return sd_bus_reply_method_return(message, "");
  }
  static int version(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* self, sd_bus_error*) {
    return sd_bus_message_append(reply, "u", its(self).version_);
  }

  const Manner manner_;
  const std::uint32_t version_;
  mutable std::mutex mutex_;  // protects both
  std::vector<Stroke> strokes_;
  std::map<std::string, std::string> selected_;
};

}  // namespace voicestand::dbus
