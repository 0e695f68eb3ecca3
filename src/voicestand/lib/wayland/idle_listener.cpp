#include "voicestand/lib/wayland/idle_listener.h"

#include <array>
#include <cerrno>
#include <chrono>

#include <poll.h>

namespace voicestand::wayland {

Result<std::unique_ptr<IdleListener>> IdleListener::start(Connection& connection) {
  auto ended = posix::EventFd::create();
  if (!ended) return std::unexpected(std::move(ended.error()));
  std::unique_ptr<IdleListener> listener(new IdleListener(connection, std::move(*ended)));
  listener->thread_ = std::jthread([&its = *listener](const std::stop_token& stop) { its.listen(stop); });
  return listener;
}

IdleListener::~IdleListener() {
  thread_.request_stop();
  ended_.raise();
}

// Ends with the connection too; who uses that next hears of it.
void IdleListener::listen(const std::stop_token& stop) {
  std::array<pollfd, 2> waiting{
      {{.fd = connection_.fd(), .events = POLLIN, .revents = 0}, {.fd = ended_.fd(), .events = POLLIN, .revents = 0}}};
  while (!stop.stop_requested()) {
    constexpr int kForEver = -1;
    if (::poll(waiting.data(), waiting.size(), kForEver) < 0 && errno != EINTR) return;
    if (waiting[0].revents == 0) continue;
    const std::scoped_lock lock(listening_);
    if (!connection_.listen_until(std::chrono::steady_clock::now())) return;
  }
}

}  // namespace voicestand::wayland
