#include "voicestand/desktop/wayland_clipboard.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace voicestand::desktop {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSaveLimit{500};
constexpr std::chrono::milliseconds kWriteLimit{1'000};  // for who has asked and then does not read
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
  clipboard->start_server();
  return clipboard;
}

WaylandClipboard::~WaylandClipboard() {
  end_server();
}

Result<bool> WaylandClipboard::serve_until(Time deadline, int also) {
  return connection_->listen_until(deadline, also);
}

bool WaylandClipboard::has_it() {
  return connection_->settle() && !offered_.empty();
}

Result<ClipboardContent> WaylandClipboard::fetch() {
  if (auto settled = connection_->settle(); !settled) return std::unexpected(std::move(settled.error()));
  if (!offered_.empty()) return offered_;
  ClipboardContent content;
  const auto deadline = Clock::now() + kSaveLimit;
  const std::vector<std::string> formats = control_->formats();
  for (const std::string& format : formats) {
    auto bytes = content_in(format, deadline);
    if (bytes) content.push_back({.name = format, .bytes = std::move(*bytes)});
  }
  if (auto settled = connection_->settle(); !settled) return std::unexpected(std::move(settled.error()));
  return content;
}

Result<void> WaylandClipboard::put(ClipboardContent content) {
  offered_ = std::move(content);
  if (offered_.empty()) {
    control_->clear();
  } else {
    std::vector<std::string> formats;
    for (const ClipboardFormat& format : offered_) formats.push_back(format.name);
    control_->offer(formats, *this);
  }
  return connection_->settle();
}

// Errors: kIo where the owner does not give it before the deadline, or gives too much.
Result<std::string> WaylandClipboard::content_in(const std::string& format, Time deadline) {
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
  count_read();
}

void WaylandClipboard::replaced() {
  offered_.clear();
}

}  // namespace voicestand::desktop
