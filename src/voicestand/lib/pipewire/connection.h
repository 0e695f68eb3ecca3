#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/pipewire/device.h"

struct pw_core;
struct pw_thread_loop;

namespace voicestand::pipewire {

struct Library;

// Thread: any. Real-time: no. Whether libpipewire is there; a server may be missing all the same. Errors:
// kServiceMissing.
[[nodiscard]] Result<void> check_library();

// A connection to the PipeWire server with an event thread of its own, and the devices that the server knows.
class Connection {
 public:
  static constexpr std::chrono::milliseconds kAnswerLimit{1500};  // a server that says nothing for longer has hung

  // Thread: any. Real-time: no, waits for the server's answer. Errors: kServiceMissing.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open();

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Thread: any. Real-time: no. What can be captured just now, microphones first.
  [[nodiscard]] std::vector<Device> devices() const;

  // Thread: any. Real-time: yes. False once the server has gone; a connection does not come back to life.
  [[nodiscard]] bool alive() const noexcept { return alive_.load(std::memory_order_relaxed); }

  // For what lives on this connection.
  [[nodiscard]] const Library& library() const noexcept;
  [[nodiscard]] pw_thread_loop* loop() const noexcept;
  [[nodiscard]] pw_core* core() const noexcept;

 private:
  struct Impl;  // PipeWire's objects and the callbacks
  explicit Connection(std::unique_ptr<Impl> impl);

  std::atomic<bool> alive_{true};  // a flag alone: orders nothing; set by the event thread
  std::unique_ptr<Impl> impl_;
};

}  // namespace voicestand::pipewire
