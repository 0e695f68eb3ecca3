#pragma once

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::posix {

// A flag that one can wait for with poll(): once raised it stays readable until lowered.
class EventFd {
 public:
  // Thread: any. Real-time: no. Errors: kIo.
  [[nodiscard]] static Result<EventFd> create();

  // Thread: any. Real-time: no, one system call.
  void raise() const noexcept;
  // Thread: any. Real-time: no. Returns whether it had been raised.
  bool lower() const noexcept;

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  explicit EventFd(UniqueFd fd) noexcept : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace voicestand::posix
