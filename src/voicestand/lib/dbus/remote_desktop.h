#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <systemd/sd-bus.h>

#include "voicestand/base/result.h"

namespace voicestand::dbus {

// A keyboard that the desktop lends to the program when the user has allowed it: the portal
// org.freedesktop.portal.RemoteDesktop. Thread: one at a time. Real-time: no.
class RemoteDesktop {
 public:
  struct Options {
    std::string restore_token{};                           // of the last time: the user need not be asked again
    std::function<void(const std::string&)> keep_token{};  // for the next time; each is good for once
    std::chrono::milliseconds patience{120'000};           // for the user's answer
  };

  // Waits for the user where the desktop asks. Errors: kServiceMissing where the session has no such portal,
  // kDeviceMissing where the user or the desktop refuses or does not answer.
  [[nodiscard]] static Result<std::unique_ptr<RemoteDesktop>> open(const Options& options);
  RemoteDesktop(const RemoteDesktop&) = delete;
  RemoteDesktop& operator=(const RemoteDesktop&) = delete;
  ~RemoteDesktop();

  // Strikes the keys that have these keysyms, in order. Returns when the desktop has taken them. Errors: kIo where it
  // does not, or is gone.
  [[nodiscard]] Result<void> strike(std::span<const std::uint32_t> keysyms);

 private:
  explicit RemoteDesktop(sd_bus* bus) : bus_(bus) {}
  // Calls a method whose arguments `append` adds, after `session_` where there is one, and waits for its answer. The
  // text of this name in it.
  [[nodiscard]] Result<std::string> ask(const char* method, const char* wanted, std::chrono::milliseconds patience,
                                        const std::function<int(sd_bus_message*, const char* token)>& append);
  [[nodiscard]] Result<void> notify(std::uint32_t keysym, bool down, bool wait);

  sd_bus* bus_;  // owned
  std::string session_;
};

}  // namespace voicestand::dbus
