#pragma once

#include <cstring>
#include <string>

#include "voicestand/lib/dbus/library.h"

namespace voicestand::dbus {

// What libsystemd says of a call that failed.
class BusError {
 public:
  explicit BusError(const Library& systemd) noexcept : systemd_(systemd) {}
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;
  ~BusError() { systemd_.sd_bus_error_free(&error_); }

  [[nodiscard]] sd_bus_error* get() noexcept { return &error_; }
  [[nodiscard]] bool is(const char* name) const { return systemd_.sd_bus_error_has_name(&error_, name) > 0; }
  // `code`: the negative number that the call returned.
  [[nodiscard]] std::string message(int code) const {
    return error_.message != nullptr ? error_.message : std::strerror(-code);
  }

 private:
  const Library& systemd_;
  sd_bus_error error_{};
};

}  // namespace voicestand::dbus
