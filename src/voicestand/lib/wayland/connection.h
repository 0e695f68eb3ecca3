#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/wayland/proxy.h"

struct wl_display;

namespace voicestand::wayland {

struct Library;

// Thread: any. Real-time: no. Whether libwayland-client is there. Errors: kServiceMissing.
[[nodiscard]] Result<void> check_library();

// A connection to the session's compositor, and what that has to offer. Never waits longer than it was told.
// Thread: one at a time. Real-time: no.
class Connection final : Listener {
 public:
  static constexpr std::chrono::milliseconds kPatience{3'000};  // one that says nothing for longer has hung

  // To the compositor that WAYLAND_DISPLAY names. Errors: kServiceMissing where there is none, kIo.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(std::chrono::milliseconds patience = kPatience);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Can be read when the compositor has said something.
  [[nodiscard]] int fd() const noexcept { return fd_; }

  // The first of the interface, in the newest version that both sides know; holds none where it is not offered.
  // `since`: the version that brought the destructor.
  [[nodiscard]] Proxy bind(const wl_interface& interface, std::uint32_t destructor = Proxy::kNoDestructor,
                           std::uint32_t since = 1);

  // Sends what has been asked for. Errors: kIo where the compositor has gone, hung or refused something.
  [[nodiscard]] Result<void> send();
  // Sends, and waits until the compositor has done all of it and what it then said has been heard. Errors: as send().
  [[nodiscard]] Result<void> settle();
  // The same, without sleeping for as long as a compositor that is at leisure takes: the caller has something to send
  // at once, before anything else changes there.
  [[nodiscard]] Result<void> settle_promptly();
  // Sends, and hears what the compositor says until `until`, or until `also` (a descriptor) can be read; returns
  // whether it can. Errors: as send().
  [[nodiscard]] Result<bool> listen_until(std::chrono::steady_clock::time_point until, int also = -1);

 private:
  struct Global {
    std::uint32_t name;
    std::uint32_t version;
    std::string interface;
  };
  enum class Heard : std::uint8_t { kSomething, kNothing, kAlso };

  Connection(const Library& library, wl_display* display, int fd, std::chrono::milliseconds patience) noexcept
      : library_(&library), display_(display), fd_(fd), patience_(patience) {}
  void on_event(wl_proxy* from, std::uint32_t event, const wl_argument* arguments) override;
  [[nodiscard]] Proxy display_object() const;
  [[nodiscard]] Result<Heard> hear(std::chrono::steady_clock::time_point until, int also);
  [[nodiscard]] Result<void> settle(std::chrono::steady_clock::duration awake);
  [[nodiscard]] Error broken() const;

  const Library* library_;
  wl_display* display_;
  int fd_;  // the display's
  std::chrono::milliseconds patience_;
  Proxy registry_;
  Proxy mark_;  // of settle(): there until the compositor has come to it
  std::vector<Global> globals_;
};

}  // namespace voicestand::wayland
