#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/posix/event_fd.h"

struct sd_event;

namespace voicestand::dbus {

// One thread that waits for everything: file descriptors, the message bus, time, and what other threads ask of it.
// Nothing that runs on it may block for long. Unless said otherwise, the loop's thread.
class EventLoop {
 public:
  // Something that is waited for, until this is destroyed. Outlives the loop at its own risk: destroy it first.
  class Watch;
  using WatchPtr = std::shared_ptr<Watch>;

  // Errors: kServiceMissing, kIo.
  [[nodiscard]] static Result<std::unique_ptr<EventLoop>> create();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // Calls `readable` whenever there is something to read. Errors: kIo.
  [[nodiscard]] Result<WatchPtr> when_readable(int fd, std::function<void()> readable);
  // Calls `elapsed` once. Errors: kIo.
  [[nodiscard]] Result<WatchPtr> after(std::chrono::microseconds delay, std::function<void()> elapsed);

  // Thread: any. Has `work` done by the loop, in the order of the calls.
  void post(std::function<void()> work);
  // Thread: any. run() returns.
  void quit();

  // Until quit(). Errors: kIo.
  [[nodiscard]] Result<void> run();

  // For the message bus.
  [[nodiscard]] sd_event* get() const noexcept { return event_; }

 private:
  EventLoop(sd_event* event, posix::EventFd posted_some);
  void do_posted();

  sd_event* event_;  // owned
  posix::EventFd posted_some_;
  WatchPtr posted_watch_;
  std::mutex mutex_;  // protects posted_
  std::vector<std::function<void()>> posted_;
};

}  // namespace voicestand::dbus
