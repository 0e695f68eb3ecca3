#include "voicestand/platform/realtime_scheduling.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace voicestand::platform {
namespace {

constexpr std::array<std::string_view, 4> kNames{"realtime", "favoured", "normal", "demoted"};

// The real-time threads, for the signal handler: atomics alone, each a fact by itself (relaxed).
struct Watched {
  std::atomic<pid_t> thread{0};  // 0: free
  std::atomic<bool> demoted{false};
};
constexpr std::size_t kMostThreads = 16;
constinit std::array<Watched, kMostThreads> watched_threads;

pid_t this_thread() noexcept {
  return static_cast<pid_t>(::syscall(SYS_gettid));
}

// SIGXCPU says that some real-time thread has reached the limit, not which; any thread may be the one to hear it. All
// of them are demoted, which costs the innocent some latency and no correctness. Nothing here but what a handler may
// do.
void demote(int signal) noexcept {
  const int errno_before = errno;
  bool any = false;
  for (Watched& watched : watched_threads) {
    const pid_t thread = watched.thread.load(std::memory_order_relaxed);
    if (thread == 0 || watched.demoted.load(std::memory_order_relaxed)) continue;
    const sched_param parameters{.sched_priority = 0};
    ::sched_setscheduler(thread, SCHED_OTHER | SCHED_RESET_ON_FORK, &parameters);
    watched.demoted.store(true, std::memory_order_relaxed);
    any = true;
  }
  // Not ours, then: the process has used up its processor time, and ends as it would have without us.
  if (!any) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }
  errno = errno_before;
}

void listen_to_the_limit() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action{};
    action.sa_handler = demote;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGXCPU, &action, nullptr);
  });
}

Result<void> bound_realtime_use() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_RTTIME, &limit) != 0) return fail(Errc::kIo, std::strerror(errno), "RLIMIT_RTTIME");
  const rlim_t bound = std::min(static_cast<rlim_t>(kRealtimeLimit.count()), limit.rlim_max);
  if (limit.rlim_cur <= bound) return {};
  limit.rlim_cur = bound;
  if (::setrlimit(RLIMIT_RTTIME, &limit) != 0) return fail(Errc::kIo, std::strerror(errno), "RLIMIT_RTTIME");
  return {};
}

Result<std::size_t> watch_this_thread() {
  for (std::size_t i = 0; i < kMostThreads; ++i) {
    pid_t free = 0;
    if (!watched_threads[i].thread.compare_exchange_strong(free, this_thread(), std::memory_order_relaxed)) continue;
    watched_threads[i].demoted.store(false, std::memory_order_relaxed);
    return i;
  }
  return fail(Errc::kUsage, "there are too many real-time threads already");
}

void forget(std::size_t place) noexcept {
  watched_threads[place].thread.store(0, std::memory_order_relaxed);
}

// For Linux, 0 is the calling thread, not the process.
Result<void> make_this_thread_realtime(int priority) {
  const sched_param parameters{.sched_priority = priority};
  if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0) return {};
  if (errno == EINVAL) return fail(Errc::kUsage, "no such real-time priority");
  if (errno != EPERM) return fail(Errc::kIo, std::strerror(errno), "SCHED_FIFO");
  return fail(Errc::kServiceMissing, "real-time scheduling is not permitted", {},
              "allow it with 'rtprio 20' for your user in /etc/security/limits.d/ and log in again");
}

bool this_thread_is_realtime() noexcept {
  const int policy = ::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
  return policy == SCHED_FIFO || policy == SCHED_RR;
}

bool favour_this_thread() {
  const sched_param parameters{.sched_priority = 0};
  ::sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &parameters);
  return ::setpriority(PRIO_PROCESS, 0, kFavouredNice) == 0;
}

}  // namespace

std::string_view name_of(Scheduling scheduling) noexcept {
  return kNames[std::min(static_cast<std::size_t>(scheduling), kNames.size() - 1)];
}

RaisedThread::RaisedThread(std::span<const RealtimeBroker> brokers, int priority) {
  listen_to_the_limit();
  if (auto bounded = bound_realtime_use(); !bounded) {
    refusal_ = std::move(bounded.error());
  } else if (auto place = watch_this_thread(); !place) {
    refusal_ = std::move(place.error());
  } else {
    watched_ = *place;
    if (climb(brokers, priority)) return;
    forget(*watched_);
    watched_.reset();
  }
  if (favour_this_thread()) {
    granted_ = Scheduling::kFavoured;
    granted_by_ = "nice";
  }
}

bool RaisedThread::climb(std::span<const RealtimeBroker> brokers, int priority) {
  granted_ = Scheduling::kRealtime;
  auto granted = make_this_thread_realtime(priority);
  if (granted) {
    granted_by_ = "permission";
    return true;
  }
  refusal_ = std::move(granted.error());
  for (const RealtimeBroker& broker : brokers) {
    if (!broker.ask(this_thread(), priority) || !this_thread_is_realtime()) continue;
    granted_by_ = broker.name;
    return true;
  }
  granted_ = Scheduling::kNormal;
  return false;
}

RaisedThread::~RaisedThread() {
  if (!watched_) return;
  // It stops being real-time before it stops being watched.
  const sched_param parameters{.sched_priority = 0};
  ::sched_setscheduler(0, SCHED_OTHER, &parameters);
  forget(*watched_);
}

Scheduling RaisedThread::scheduling() const noexcept {
  const bool demoted = watched_ && watched_threads[*watched_].demoted.load(std::memory_order_relaxed);
  return demoted ? Scheduling::kDemoted : granted_;
}

}  // namespace voicestand::platform
