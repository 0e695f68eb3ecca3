#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <linux/input-event-codes.h>

#include "voicestand/base/clock.h"
#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::desktop {

// Where the kernel has its input devices.
inline constexpr const char* kInputFolder = "/dev/input";
// Says of a device that we have made it: it is nobody's hand.
inline constexpr std::string_view kOwnDevice = "voicestand";

// The kernel's codes of keys and buttons that are down.
using KeyCodes = std::bitset<KEY_CNT>;

// The keyboards and mice of this computer, as far as the user may read them; those that come are taken up and those
// that go are let go of. What is read of them is read by everybody else too. Thread: one at a time. Real-time: no.
class InputDevices {
 public:
  struct Event {
    enum class Kind : std::uint8_t {
      kKey,    // `code` went down, or came up; never that it repeats
      kState,  // `down` is all that is: it is new, or what happened meanwhile has been lost
      kGone,
    };
    Kind kind = Kind::kKey;
    std::uint32_t device = 0;  // a number that no other has had
    std::uint16_t code = 0;
    bool pressed = false;
    KeyCodes down{};
    Clock::TimePoint at{};
  };

  // `clock` outlives it. Errors: kServiceMissing where there are no input devices, or the user may read none; kIo.
  [[nodiscard]] static Result<std::unique_ptr<InputDevices>> open(const Clock& clock);

  // Readable when there is something to read().
  [[nodiscard]] int fd() const noexcept { return readable_.get(); }
  // What has happened since, in order; never waits.
  [[nodiscard]] std::vector<Event> read();
  // What is down now, on whichever.
  [[nodiscard]] KeyCodes down();

 private:
  struct Device {
    std::string name;  // of its file
    posix::UniqueFd file;
    std::uint32_t number = 0;
    bool told = false;    // of it, and what was down on it
    bool behind = false;  // the kernel has dropped some of its events: all are, up to the next report
  };

  InputDevices(posix::UniqueFd readable, posix::UniqueFd folder, const Clock& clock) noexcept
      : readable_(std::move(readable)), folder_(std::move(folder)), clock_(&clock) {}
  [[nodiscard]] bool take_up(const std::string& name);
  void take_up_all();
  [[nodiscard]] bool folder_changed() const noexcept;
  [[nodiscard]] static Event state_of(const Device& device, Clock::TimePoint at);
  [[nodiscard]] bool read_device(Device& device, std::vector<Event>& events);
  [[nodiscard]] Clock::TimePoint time_of(std::int64_t microseconds) const noexcept;

  posix::UniqueFd readable_;  // epoll, of all
  posix::UniqueFd folder_;    // inotify
  const Clock* clock_;
  std::vector<Device> devices_;
  std::uint32_t numbers_ = 0;
  bool refused_ = false;  // there is one that the user may not read
};

}  // namespace voicestand::desktop
