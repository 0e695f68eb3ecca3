#pragma once

#include <functional>
#include <thread>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::app {

// Turns SIGINT, SIGTERM and SIGHUP into calls of an ordinary function on a thread of its own, where everything is
// allowed. Create it before any other thread: the signals stay blocked in all of them.
class SignalWatch {
 public:
  // Thread: main. Blocks the signals in the calling thread and those it starts; ignores SIGPIPE and SIGXFSZ. Call it
  // first in main.
  static void prepare() noexcept;

  // Thread: main. `on_signal` is told how many have come, from 1 on. Errors: kIo.
  [[nodiscard]] static Result<SignalWatch> create(std::function<void(int count)> on_signal);

  SignalWatch(SignalWatch&&) noexcept = default;
  SignalWatch& operator=(SignalWatch&&) = delete;
  ~SignalWatch();

 private:
  SignalWatch(posix::UniqueFd signals, posix::UniqueFd quit, std::function<void(int)> on_signal);

  posix::UniqueFd quit_;
  std::thread thread_;
};

}  // namespace voicestand::app
