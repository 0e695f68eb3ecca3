#include "voicestand/lib/posix/event_fd.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <sys/eventfd.h>

namespace voicestand::posix {

Result<EventFd> EventFd::create() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) return fail(Errc::kIo, std::strerror(errno), "eventfd", "raise the limit on open files");
  return EventFd(std::move(fd));
}

void EventFd::raise() const noexcept {
  const std::uint64_t one = 1;
  while (::write(fd_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
}

bool EventFd::lower() const noexcept {
  std::uint64_t count = 0;
  return ::read(fd_.get(), &count, sizeof count) == sizeof count;
}

}  // namespace voicestand::posix
