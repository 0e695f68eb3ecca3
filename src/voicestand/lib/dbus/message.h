#pragma once

#include "voicestand/lib/dbus/library.h"

namespace voicestand::dbus {

// A message of sd-bus's, let go of at the end.
class Message {
 public:
  explicit Message(const Library& systemd) noexcept : systemd_(systemd) {}
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() {
    if (message_ != nullptr) systemd_.sd_bus_message_unref(message_);
  }

  [[nodiscard]] sd_bus_message** out() noexcept { return &message_; }
  [[nodiscard]] sd_bus_message* get() const noexcept { return message_; }

 private:
  const Library& systemd_;
  sd_bus_message* message_ = nullptr;
};

}  // namespace voicestand::dbus
