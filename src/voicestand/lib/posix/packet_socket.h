#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/unique_fd.h"

namespace voicestand::posix {

// One end of a connected pair of sockets that keep the borders of packets (SOCK_SEQPACKET).
// Thread: one at a time. Real-time: no.
class PacketSocket {
 public:
  // Both ends are closed on exec. Errors: kIo.
  [[nodiscard]] static Result<std::pair<PacketSocket, PacketSocket>> pair();

  explicit PacketSocket(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

  // Sends one packet, whole; never raises SIGPIPE. Errors: kIo where the peer has gone.
  [[nodiscard]] Result<void> send(std::span<const std::byte> packet) const;

  // Takes one packet, waiting for it; returns its size, 0 where the peer has gone. Errors: kBadData where the packet
  // is longer than `packet` (it is lost then), kIo.
  [[nodiscard]] Result<std::size_t> receive(std::span<std::byte> packet) const;

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

 private:
  UniqueFd fd_;
};

}  // namespace voicestand::posix
