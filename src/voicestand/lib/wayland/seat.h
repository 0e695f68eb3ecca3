#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "voicestand/base/result.h"
#include "voicestand/lib/wayland/connection.h"
#include "voicestand/lib/wayland/proxy.h"

namespace voicestand::wayland {

// The first seat of a session, and what its keyboard's keys write. Thread: its connection's. Real-time: no.
class Seat final : Listener {
 public:
  // Keymaps that have `ignored` in them are not noted: those that we have sent ourselves. Errors: kServiceMissing
  // where the session has no seat, kIo.
  [[nodiscard]] static Result<std::unique_ptr<Seat>> bind(Connection& connection, std::string ignored);

  [[nodiscard]] const Proxy& proxy() const noexcept { return seat_; }
  [[nodiscard]] bool has_keyboard() const noexcept { return static_cast<bool>(keyboard_); }
  // In XKB's text form; empty: none has come.
  [[nodiscard]] const std::string& keymap() const noexcept { return keymap_; }
  // How many have come.
  [[nodiscard]] std::size_t keymaps() const noexcept { return keymaps_; }

 private:
  Seat(Proxy seat, std::string ignored) : ignored_(std::move(ignored)), seat_(std::move(seat)) {}
  void on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) override;
  void on_capabilities(std::uint32_t capabilities);
  void on_keymap(std::uint32_t format, int fd, std::uint32_t size_bytes);

  std::string ignored_;
  std::string keymap_;
  std::size_t keymaps_ = 0;
  Proxy seat_;
  Proxy keyboard_;
};

}  // namespace voicestand::wayland
