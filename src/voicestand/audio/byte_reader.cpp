#include "voicestand/audio/byte_reader.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <unistd.h>

namespace voicestand::audio {

Result<std::size_t> ByteReader::read_all(std::span<std::byte> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const auto got = read_some(into.subspan(filled));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

Result<void> FdReader::wait_until_readable() const {
  std::array<pollfd, 2> waits{pollfd{.fd = fd_, .events = POLLIN, .revents = 0},
                              pollfd{.fd = interrupt_, .events = POLLIN, .revents = 0}};
  const int timeout_ms = timeout_ ? static_cast<int>(timeout_->count()) : -1;
  int ready = 0;
  do {
    ready = ::poll(waits.data(), waits.size(), timeout_ms);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return fail(Errc::kIo, std::strerror(errno));
  if (ready == 0) return fail(Errc::kIo, "nothing came for too long");
  if (waits[1].revents != 0) return fail(Errc::kInterrupted, "stopped");
  return {};
}

Result<std::size_t> FdReader::read_some(std::span<std::byte> into) {
  while (true) {
    if (auto readable = wait_until_readable(); !readable) return std::unexpected(readable.error());
    const ssize_t got = ::read(fd_, into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR && errno != EAGAIN) return fail(Errc::kIo, std::strerror(errno));
  }
}

}  // namespace voicestand::audio
