#include "voicestand/lib/posix/packet_socket.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace voicestand::posix {

Result<std::pair<PacketSocket, PacketSocket>> PacketSocket::pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(Errc::kIo, std::strerror(errno), "socketpair", "raise the limit on open files");
  }
  return std::pair(PacketSocket(UniqueFd(ends[0])), PacketSocket(UniqueFd(ends[1])));
}

Result<void> PacketSocket::send(std::span<const std::byte> packet) const {
  ssize_t sent = -1;
  do {
    sent = ::send(fd_.get(), packet.data(), packet.size(), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return fail(Errc::kIo, std::strerror(errno), "socket");
  return {};
}

Result<std::size_t> PacketSocket::receive(std::span<std::byte> packet) const {
  ssize_t size = -1;
  do {
    size = ::recv(fd_.get(), packet.data(), packet.size(), MSG_TRUNC);
  } while (size < 0 && errno == EINTR);
  // A peer that goes with packets of ours unread resets the connection instead of ending it.
  if (size < 0 && errno == ECONNRESET) return std::size_t{0};
  if (size < 0) return fail(Errc::kIo, std::strerror(errno), "socket");
  const auto whole = static_cast<std::size_t>(size);
  if (whole > packet.size()) return fail(Errc::kBadData, "packet too long", "socket");
  return whole;
}

}  // namespace voicestand::posix
