#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::desktop {

// A keyboard that the kernel takes for one that is plugged in, for as long as the object lives. Thread: one at a time.
// Real-time: no.
class UinputKeyboard {
 public:
  static constexpr std::uint16_t kLastCode = 127;  // of its keys: those that keyboards have

  // Whether there could be one; makes none. Errors: as plug_in().
  [[nodiscard]] static Result<void> check();
  // Does not wait until anybody listens. Errors: kServiceMissing where the kernel has no uinput, or the user may not
  // use it; kIo.
  [[nodiscard]] static Result<UinputKeyboard> plug_in();
  UinputKeyboard(UinputKeyboard&&) = default;
  UinputKeyboard& operator=(UinputKeyboard&&) = default;
  ~UinputKeyboard() = default;  // unplugs it

  // Until what has the session's keyboards reads this one too, or it can be taken that nothing will.
  void wait_for_reader();
  // Presses a key or lets it come up. Never faster than one who reads late can follow: waits for that. Errors: kIo.
  [[nodiscard]] Result<void> move(std::uint16_t code, bool press);
  // Whether Caps Lock is on, as far as its lamp has been told.
  [[nodiscard]] bool caps_lock();

 private:
  using Time = std::chrono::steady_clock::time_point;
  UinputKeyboard(posix::UniqueFd device, posix::UniqueFd folder) noexcept
      : device_(std::move(device)), folder_(std::move(folder)), plugged_in_at_(std::chrono::steady_clock::now()) {}

  posix::UniqueFd device_;
  posix::UniqueFd folder_;  // inotify, of who opens input devices; none once somebody has
  std::string file_;        // its name there; empty: the kernel does not tell
  Time plugged_in_at_;
  Time stretch_at_;  // when what is sent now began
  int sent_ = 0;     // events since
  bool caps_lock_ = false;
};

}  // namespace voicestand::desktop
