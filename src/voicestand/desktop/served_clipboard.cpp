#include "voicestand/desktop/served_clipboard.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace voicestand::desktop {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::hours kLong{1};
constexpr std::chrono::seconds kNap{1};  // how soon who serves alone sees that it is no longer asked to
constexpr int kTakingOverMs = 2'000;

// But these and the standard streams. What the program has open (its bus's name, its ports, devices) ends with it.
void close_all_but(std::array<int, 3> kept) {
  std::ranges::sort(kept);
  unsigned first = STDERR_FILENO + 1;
  for (const int each : kept) {
    const auto next = static_cast<unsigned>(each);
    if (first < next) ::close_range(first, next - 1, 0);
    first = std::max(first, next + 1);
  }
  ::close_range(first, ~0U, 0);
}

}  // namespace

void ServedClipboard::start_server() {
  server_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

void ServedClipboard::end_server() {
  if (!server_.joinable()) return;
  server_.request_stop();
  called_.raise();
  server_.join();
}

void ServedClipboard::leave_it_there() {
  end_server();
  // What another program has put there meanwhile is that one's.
  std::array<int, 2> ends{};
  if (broken_ || !has_it() || ::pipe2(ends.data(), O_CLOEXEC) != 0) return;
  const posix::UniqueFd from(ends[0]);
  posix::UniqueFd to(ends[1]);
  // Nobody's child in the end, so that nobody has to wait for it.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::fork() == 0) stay(std::move(to));
    ::_exit(0);
  }
  to.reset();
  if (child < 0) return;
  ::waitpid(child, nullptr, 0);
  pollfd taken_over{.fd = from.get(), .events = POLLIN, .revents = 0};
  ::poll(&taken_over, 1, kTakingOverMs);
}

void ServedClipboard::stay(posix::UniqueFd taken_over) {
  ::setsid();
  if (::chdir("/") != 0) ::_exit(1);  // where it stands may be unmounted
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, stream);
  close_all_but({taken_over.get(), called_.fd(), display()});
  ::signal(SIGPIPE, SIG_IGN);
  // The program that it comes from has blocked them, and waits for them on a thread that is not here.
  sigset_t ending;
  ::sigemptyset(&ending);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    ::signal(number, SIG_DFL);
    ::sigaddset(&ending, number);
  }
  ::sigprocmask(SIG_UNBLOCK, &ending, nullptr);
  if (!take_over()) ::_exit(1);
  taken_over.reset();
  called_.lower();
  while (has_it() && serve_until(Clock::now() + kNap, called_.fd())) {
  }
  ::_exit(0);
}

Result<void> ServedClipboard::have_done(Task task) {
  std::unique_lock lock(mutex_);
  outcome_.reset();
  task_ = std::move(task);
  called_.raise();
  changed_.wait(lock, [&] { return outcome_.has_value() || broken_.has_value(); });
  if (!outcome_) return std::unexpected(*broken_);
  return *std::exchange(outcome_, std::nullopt);
}

Result<ClipboardContent> ServedClipboard::save() {
  ClipboardContent content;
  auto done = have_done([&]() -> Result<void> {
    auto fetched = fetch();
    if (!fetched) return std::unexpected(std::move(fetched.error()));
    content = std::move(*fetched);
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return content;
}

Result<void> ServedClipboard::offer(ClipboardContent content) {
  return have_done([&]() -> Result<void> {
    {
      const std::scoped_lock lock(mutex_);
      reads_ = 0;
    }
    return put(std::move(content));
  });
}

std::size_t ServedClipboard::reads() {
  const std::scoped_lock lock(mutex_);
  return reads_;
}

bool ServedClipboard::wait_until_read(std::size_t reads, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return reads_ > reads || broken_.has_value(); }) && reads_ > reads;
}

void ServedClipboard::count_read() {
  const std::scoped_lock lock(mutex_);
  ++reads_;
  changed_.notify_all();
}

void ServedClipboard::serve(const std::stop_token& stop) {
  // Who has asked may go away before all is written: that is an error of write() here.
  sigset_t broken_pipe;
  ::sigemptyset(&broken_pipe);
  ::sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
  while (!stop.stop_requested()) {
    const auto called = serve_until(Clock::now() + kLong, called_.fd());
    if (!called) {
      const std::scoped_lock lock(mutex_);
      broken_ = called.error();
      changed_.notify_all();
      return;
    }
    if (*called) do_task();
  }
}

void ServedClipboard::do_task() {
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

}  // namespace voicestand::desktop
