#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <systemd/sd-bus.h>

#include "voicestand/lib/dbus/private_bus.h"

namespace voicestand::dbus {

// For tests: an object on the bus at the portals' place, served by a thread of its own, and what all portals do.
class FakePortal {
 public:
  static constexpr const char* kPath = "/org/freedesktop/portal/desktop";

  FakePortal(const FakePortal&) = delete;
  FakePortal& operator=(const FakePortal&) = delete;
  virtual ~FakePortal() {
    EXPECT_FALSE(thread_.joinable()) << "end() it first";
    sd_bus_flush_close_unref(bus_);
  }

 protected:
  explicit FakePortal(const PrivateBus& private_bus) {
    EXPECT_GE(sd_bus_new(&bus_), 0);
    EXPECT_GE(sd_bus_set_address(bus_, private_bus.address().c_str()), 0);
    EXPECT_GE(sd_bus_set_bus_client(bus_, 1), 0);
    EXPECT_GE(sd_bus_start(bus_), 0);
  }

  // `table` outlives it.
  void begin(const char* interface, const sd_bus_vtable* table, void* self) {
    EXPECT_GE(sd_bus_add_object_vtable(bus_, nullptr, kPath, interface, table, self), 0);
    EXPECT_GE(sd_bus_request_name(bus_, "org.freedesktop.portal.Desktop", 0), 0);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        turn();
        if (sd_bus_process(bus_, nullptr) == 0) sd_bus_wait(bus_, 5'000);
      }
    });
  }
  void end() { thread_ = {}; }
  // Of the thread, again and again.
  virtual void turn() {}

  [[nodiscard]] sd_bus* bus() const noexcept { return bus_; }

  static std::string request_of(sd_bus_message* message, const std::string& token) {
    std::string sender(sd_bus_message_get_sender(message));
    sender.erase(0, 1);
    for (char& letter : sender)
      if (letter == '.') letter = '_';
    return std::string(kPath) + "/request/" + sender + "/" + token;
  }
  // Of the dictionary that the message stands at: the texts and numbers in it.
  static std::map<std::string, std::string> dictionary(sd_bus_message* message) {
    std::map<std::string, std::string> found;
    sd_bus_message_enter_container(message, 'a', "{sv}");
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
      const char* name = nullptr;
      const char* text = nullptr;
      std::uint32_t number = 0;
      sd_bus_message_read(message, "s", &name);
      if (sd_bus_message_verify_type(message, 'v', "s") > 0) {
        sd_bus_message_read(message, "v", "s", &text);
        found[name] = text;
      } else {
        sd_bus_message_read(message, "v", "u", &number);
        found[name] = std::to_string(number);
      }
      sd_bus_message_exit_container(message);
    }
    sd_bus_message_exit_container(message);
    return found;
  }
  // Takes the request, and answers it with one text or none.
  int answer(sd_bus_message* message, const std::string& token, bool granted, const char* name = nullptr,
             const char* text = nullptr) {
    const std::string request = request_of(message, token);
    sd_bus_reply_method_return(message, "o", request.c_str());
    if (name == nullptr) {
      return sd_bus_emit_signal(bus_, request.c_str(), "org.freedesktop.portal.Request", "Response", "ua{sv}",
                                granted ? 0 : 1, 0);
    }
    return sd_bus_emit_signal(bus_, request.c_str(), "org.freedesktop.portal.Request", "Response", "ua{sv}",
                              granted ? 0 : 1, 1, name, "s", text);
  }

 private:
  sd_bus* bus_ = nullptr;
  std::jthread thread_;
};

}  // namespace voicestand::dbus
