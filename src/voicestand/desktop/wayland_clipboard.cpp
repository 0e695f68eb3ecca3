#include "voicestand/desktop/wayland_clipboard.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace voicestand::desktop {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSaveLimit{500};
constexpr std::chrono::milliseconds kWriteLimit{1'000};  // for who has asked and then does not read
constexpr std::chrono::hours kLong{1};
constexpr std::chrono::seconds kNap{1};  // how soon who serves alone sees that it is no longer asked to
constexpr std::size_t kMostBytes = 64U << 20U;

// Whether it may be read or written before the deadline.
bool wait_for(int fd, short events, Clock::time_point deadline) {
  pollfd waiting{.fd = fd, .events = events, .revents = 0};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) > 0;
}

}  // namespace

Result<std::unique_ptr<WaylandClipboard>> WaylandClipboard::create() {
  auto connection = wayland::Connection::open();
  if (!connection) return std::unexpected(std::move(connection.error()));
  auto seat = wayland::Seat::bind(**connection, {});
  if (!seat) return std::unexpected(std::move(seat.error()));
  auto control = wayland::DataControl::bind(**connection, **seat);
  if (!control) return std::unexpected(std::move(control.error()));
  auto called = posix::EventFd::create();
  if (!called) return std::unexpected(std::move(called.error()));
  std::unique_ptr<WaylandClipboard> clipboard(
      new WaylandClipboard(std::move(*connection), std::move(*seat), std::move(*control), std::move(*called)));
  clipboard->server_ = std::jthread([&serving = *clipboard](const std::stop_token& stop) { serving.serve(stop); });
  return clipboard;
}

WaylandClipboard::~WaylandClipboard() {
  end_server();
}

void WaylandClipboard::end_server() {
  if (!server_.joinable()) return;
  server_.request_stop();
  called_.raise();
  server_.join();
}

void WaylandClipboard::leave_it_there() {
  end_server();
  // What another program has put there meanwhile is that one's.
  if (broken_ || !connection_->settle() || offered_.empty()) return;
  if (::fork() != 0) return;
  ::setsid();
  if (::chdir("/") != 0) ::_exit(1);  // where it stands may be unmounted
  const posix::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing.get(), stream);
  ::signal(SIGPIPE, SIG_IGN);
  while (!offered_.empty() && connection_->listen_until(Clock::now() + kNap)) {
  }
  ::_exit(0);
}

Result<void> WaylandClipboard::have_done(Task task) {
  std::unique_lock lock(mutex_);
  outcome_.reset();
  task_ = std::move(task);
  called_.raise();
  changed_.wait(lock, [&] { return outcome_.has_value() || broken_.has_value(); });
  if (!outcome_) return std::unexpected(*broken_);
  return *std::exchange(outcome_, std::nullopt);
}

Result<ClipboardContent> WaylandClipboard::save() {
  ClipboardContent content;
  auto done = have_done([&]() -> Result<void> {
    if (auto settled = connection_->settle(); !settled) return settled;
    content = offered_;
    if (!content.empty()) return {};
    const auto deadline = Clock::now() + kSaveLimit;
    const std::vector<std::string> formats = control_->formats();
    for (const std::string& format : formats) {
      auto bytes = content_in(format, deadline);
      if (bytes) content.push_back({.name = format, .bytes = std::move(*bytes)});
    }
    return connection_->settle();
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return content;
}

Result<void> WaylandClipboard::offer(ClipboardContent content) {
  return have_done([&]() -> Result<void> {
    {
      const std::scoped_lock lock(mutex_);
      reads_ = 0;
    }
    offered_ = std::move(content);
    if (offered_.empty()) {
      control_->clear();
    } else {
      std::vector<std::string> formats;
      for (const ClipboardFormat& format : offered_) formats.push_back(format.name);
      control_->offer(formats, *this);
    }
    return connection_->settle();
  });
}

std::size_t WaylandClipboard::reads() {
  const std::scoped_lock lock(mutex_);
  return reads_;
}

bool WaylandClipboard::wait_until_read(std::size_t reads, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return reads_ > reads || broken_.has_value(); }) && reads_ > reads;
}

void WaylandClipboard::serve(const std::stop_token& stop) {
  // Who has asked may go away before all is written: that is an error of write() here.
  sigset_t broken_pipe;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (!stop.stop_requested()) {
    const auto called = connection_->listen_until(Clock::now() + kLong, called_.fd());
    if (!called) {
      const std::scoped_lock lock(mutex_);
      broken_ = called.error();
      changed_.notify_all();
      return;
    }
    if (*called) do_task();
  }
}

void WaylandClipboard::do_task() {
  called_.lower();
  Task task;
  {
    const std::scoped_lock lock(mutex_);
    task = std::exchange(task_, nullptr);
  }
  if (!task) return;
  Result<void> outcome = task();
  const std::scoped_lock lock(mutex_);
  outcome_ = std::move(outcome);
  changed_.notify_all();
}

// Errors: kIo where the owner does not give it before the deadline, or gives too much.
Result<std::string> WaylandClipboard::content_in(const std::string& format, Clock::time_point deadline) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(Errc::kIo, std::strerror(errno), format);
  const posix::UniqueFd from(ends[0]);
  posix::UniqueFd to(ends[1]);
  control_->receive(format, to.get());
  if (auto sent = connection_->send(); !sent) return std::unexpected(std::move(sent.error()));
  to.reset();
  std::string content;
  std::array<char, 65'536> piece{};
  while (content.size() < kMostBytes) {
    if (!wait_for(from.get(), POLLIN, deadline)) return fail(Errc::kIo, "its owner does not give it", format);
    const ssize_t got = ::read(from.get(), piece.data(), piece.size());
    if (got == 0) return content;
    if (got < 0 && errno != EINTR) return fail(Errc::kIo, std::strerror(errno), format);
    if (got > 0) content.append(piece.data(), static_cast<std::size_t>(got));
  }
  return fail(Errc::kIo, "it is too large", format);
}

void WaylandClipboard::write(const std::string& format, posix::UniqueFd to) {
  const auto asked = std::ranges::find(offered_, format, &ClipboardFormat::name);
  if (asked == offered_.end()) return;
  ::fcntl(to.get(), F_SETFL, O_NONBLOCK);
  const auto deadline = Clock::now() + kWriteLimit;
  for (std::string_view rest = asked->bytes; !rest.empty() && wait_for(to.get(), POLLOUT, deadline);) {
    const ssize_t written = ::write(to.get(), rest.data(), rest.size());
    if (written < 0 && errno != EINTR && errno != EAGAIN) break;
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  to.reset();
  const std::scoped_lock lock(mutex_);
  ++reads_;
  changed_.notify_all();
}

void WaylandClipboard::replaced() {
  offered_.clear();
}

}  // namespace voicestand::desktop
