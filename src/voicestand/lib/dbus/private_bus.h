#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "voicestand/lib/posix/child_process.h"

namespace voicestand::dbus {

// For tests: a message bus of their own, which stands in for the session's and the system's.
class PrivateBus {
 public:
  PrivateBus() {
    std::string folder = (std::filesystem::temp_directory_path() / "voicestand-bus-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) return;
    folder_ = folder;
    address_ = "unix:path=" + folder + "/bus";
    auto daemon = posix::ChildProcess::spawn(
        {.argv = {"dbus-daemon", "--session", "--nofork", "--nosyslog", "--address=" + address_}, .descriptors = {}});
    if (!daemon) return;
    daemon_.emplace(std::move(*daemon));
    for (int tries = 0; tries < 500 && !std::filesystem::exists(folder_ / "bus"); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ::setenv("DBUS_SESSION_BUS_ADDRESS", address_.c_str(), 1);
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address_.c_str(), 1);
  }
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;
  ~PrivateBus() {
    ::unsetenv("DBUS_SESSION_BUS_ADDRESS");
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    daemon_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] bool running() const { return daemon_.has_value() && std::filesystem::exists(folder_ / "bus"); }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  std::filesystem::path folder_;
  std::string address_;
  std::optional<posix::ChildProcess> daemon_;
};

}  // namespace voicestand::dbus
