#include "signal_watch.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

namespace voicestand::app {
namespace {

sigset_t watched_signals() noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  return set;
}

void watch(const posix::UniqueFd& signals, int quit, const std::function<void(int)>& on_signal) {
  int count = 0;
  for (;;) {
    std::array<pollfd, 2> ready{{{signals.get(), POLLIN, 0}, {quit, POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return;
    if (ready[1].revents != 0) return;
    signalfd_siginfo info{};
    if (ready[0].revents != 0 && ::read(signals.get(), &info, sizeof info) == sizeof info) on_signal(++count);
  }
}

}  // namespace

void SignalWatch::prepare() noexcept {
  const sigset_t set = watched_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

Result<SignalWatch> SignalWatch::create(std::function<void(int)> on_signal) {
  const sigset_t set = watched_signals();
  posix::UniqueFd signals(::signalfd(-1, &set, SFD_CLOEXEC));
  posix::UniqueFd quit(::eventfd(0, EFD_CLOEXEC));
  if (!signals || !quit) return fail(Errc::kIo, std::strerror(errno), "signals", "raise the limit on open files");
  return SignalWatch(std::move(signals), std::move(quit), std::move(on_signal));
}

SignalWatch::SignalWatch(posix::UniqueFd signals, posix::UniqueFd quit, std::function<void(int)> on_signal)
    : quit_(std::move(quit)),
      thread_([signals = std::move(signals), quit = quit_.get(), on_signal = std::move(on_signal)] {
        watch(signals, quit, on_signal);
      }) {}

SignalWatch::~SignalWatch() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  (void)!::write(quit_.get(), &one, sizeof one);
  thread_.join();
}

}  // namespace voicestand::app
