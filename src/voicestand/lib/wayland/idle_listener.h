#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/event_fd.h"
#include "voicestand/lib/wayland/connection.h"

namespace voicestand::wayland {

// Hears what the compositor says while nobody else does: it cuts off a program that leaves it unread, and some of what
// it tells of, such as the titles of windows, never ends. Has a thread for it.
class IdleListener {
 public:
  // `connection` outlives it. Errors: kIo.
  [[nodiscard]] static Result<std::unique_ptr<IdleListener>> start(Connection& connection);

  IdleListener(const IdleListener&) = delete;
  IdleListener& operator=(const IdleListener&) = delete;
  ~IdleListener();

  // Thread: any. Real-time: no. As long as it is held, the connection and all on it are the caller's alone.
  [[nodiscard]] std::unique_lock<std::mutex> pause() { return std::unique_lock(listening_); }

 private:
  IdleListener(Connection& connection, posix::EventFd ended) noexcept
      : connection_(connection), ended_(std::move(ended)) {}
  void listen(const std::stop_token& stop);

  Connection& connection_;
  posix::EventFd ended_;
  std::mutex listening_;  // protects the connection
  std::jthread thread_;   // last: ends first
};

}  // namespace voicestand::wayland
