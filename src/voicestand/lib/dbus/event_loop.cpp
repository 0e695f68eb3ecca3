#include "voicestand/lib/dbus/event_loop.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include <sys/epoll.h>
#include <time.h>  // NOLINT(modernize-deprecated-headers): CLOCK_MONOTONIC

#include "voicestand/lib/dbus/library.h"

namespace voicestand::dbus {

class EventLoop::Watch {
 public:
  explicit Watch(std::function<void()> work) : work_(std::move(work)) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    if (source_ != nullptr) (*Library::get()).sd_event_source_disable_unref(source_);
  }

  static int on_io(sd_event_source* /*source*/, int /*fd*/, std::uint32_t /*events*/, void* self) {
    return static_cast<Watch*>(self)->run();
  }
  static int on_time(sd_event_source* /*source*/, std::uint64_t /*usec*/, void* self) {
    return static_cast<Watch*>(self)->run();
  }
  [[nodiscard]] sd_event_source** source() noexcept { return &source_; }

 private:
  // The work may destroy the watch: its own copy of it lives as long as it runs.
  int run() {
    const auto work = work_;
    work();
    return 0;
  }

  std::function<void()> work_;
  sd_event_source* source_ = nullptr;  // owned
};

namespace {

std::unexpected<Error> failed(int code) {
  return fail(Errc::kIo, std::strerror(-code), "event loop");
}

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::create() {
  const auto& systemd = Library::get();
  if (!systemd) return std::unexpected(systemd.error());
  auto posted_some = posix::EventFd::create();
  if (!posted_some) return std::unexpected(std::move(posted_some.error()));
  sd_event* event = nullptr;
  if (const int code = systemd->sd_event_new(&event); code < 0) return failed(code);
  std::unique_ptr<EventLoop> loop(new EventLoop(event, std::move(*posted_some)));
  auto watch = loop->when_readable(loop->posted_some_.fd(), [&posted = *loop] { posted.do_posted(); });
  if (!watch) return std::unexpected(std::move(watch.error()));
  loop->posted_watch_ = std::move(*watch);
  return loop;
}

EventLoop::EventLoop(sd_event* event, posix::EventFd posted_some)
    : event_(event), posted_some_(std::move(posted_some)) {}

EventLoop::~EventLoop() {
  posted_watch_.reset();
  (*Library::get()).sd_event_unref(event_);
}

Result<EventLoop::WatchPtr> EventLoop::when_readable(int fd, std::function<void()> readable) {
  auto watch = std::make_shared<Watch>(std::move(readable));
  const int code = (*Library::get()).sd_event_add_io(event_, watch->source(), fd, EPOLLIN, &Watch::on_io, watch.get());
  if (code < 0) return failed(code);
  return watch;
}

Result<EventLoop::WatchPtr> EventLoop::after(std::chrono::microseconds delay, std::function<void()> elapsed) {
  auto watch = std::make_shared<Watch>(std::move(elapsed));
  constexpr std::uint64_t kAccuracyUs = 1'000;
  const int code = (*Library::get())
                       .sd_event_add_time_relative(event_, watch->source(), CLOCK_MONOTONIC,
                                                   static_cast<std::uint64_t>(delay.count()), kAccuracyUs,
                                                   &Watch::on_time, watch.get());
  if (code < 0) return failed(code);
  return watch;
}

void EventLoop::post(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(work));
  }
  posted_some_.raise();
}

void EventLoop::do_posted() {
  posted_some_.lower();
  std::vector<std::function<void()>> posted;
  {
    const std::scoped_lock lock(mutex_);
    posted.swap(posted_);
  }
  for (const auto& work : posted) work();
}

void EventLoop::quit() {
  post([this] { (void)(*Library::get()).sd_event_exit(event_, 0); });
}

Result<void> EventLoop::run() {
  if (const int code = (*Library::get()).sd_event_loop(event_); code < 0) return failed(code);
  return {};
}

}  // namespace voicestand::dbus
