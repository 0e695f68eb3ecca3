#include "voicestand/platform/realtime_scheduling.h"

#include <array>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace voicestand::platform {
namespace {

// A thread's own capabilities are its own to give up; the limits are the other way to the permissions.
class WithoutPermissions {
 public:
  WithoutPermissions() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const std::array<__user_cap_data_struct, 2> none{};
    EXPECT_EQ(::syscall(SYS_capset, &header, none.data()), 0);
    lower(RLIMIT_RTPRIO, realtime_);
    lower(RLIMIT_NICE, nice_);
  }
  ~WithoutPermissions() {
    EXPECT_EQ(::setrlimit(RLIMIT_RTPRIO, &realtime_), 0);
    EXPECT_EQ(::setrlimit(RLIMIT_NICE, &nice_), 0);
  }

 private:
  static void lower(__rlimit_resource resource, rlimit& before) {
    EXPECT_EQ(::getrlimit(resource, &before), 0);
    const rlimit refused{.rlim_cur = 0, .rlim_max = before.rlim_max};
    EXPECT_EQ(::setrlimit(resource, &refused), 0);
  }
  rlimit realtime_{};
  rlimit nice_{};
};

TEST(RaisedThread, IsRealtimeWithItsBoundsOrSaysWhatWouldPermitIt) {
  std::jthread([] {
    const RaisedThread raised;
    if (raised.scheduling() == Scheduling::kRealtime) {
      sched_param parameters{};
      EXPECT_EQ(::sched_getscheduler(0), SCHED_FIFO | SCHED_RESET_ON_FORK);
      EXPECT_EQ(::sched_getparam(0, &parameters), 0);
      EXPECT_EQ(parameters.sched_priority, kRealtimePriority);
      EXPECT_FALSE(raised.refusal());
      EXPECT_EQ(raised.granted_by(), "permission");
      std::jthread([] { EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER); }).join();
    } else {
      ASSERT_TRUE(raised.refusal());
      EXPECT_EQ(raised.refusal()->code, Errc::kServiceMissing);
      EXPECT_FALSE(raised.refusal()->remedy.empty());
    }
    rlimit limit{};
    EXPECT_EQ(::getrlimit(RLIMIT_RTTIME, &limit), 0);
    EXPECT_LE(limit.rlim_cur, static_cast<rlim_t>(kRealtimeLimit.count()));
  }).join();
}

// Stands outside, with the permissions that the thread itself has given up.
class Granter {
 public:
  [[nodiscard]] RealtimeBroker broker() {
    return {.name = "granter", .ask = [this](pid_t thread, int priority) -> Result<void> {
              wanted_.set_value({thread, priority});
              if (!outcome_.get_future().get()) return fail(Errc::kServiceMissing, "not permitted");
              return {};
            }};
  }

 private:
  std::promise<std::pair<pid_t, int>> wanted_;
  std::promise<bool> outcome_;
  std::jthread thread_{[this] {
    auto wanted = wanted_.get_future();
    if (wanted.wait_for(std::chrono::seconds(10)) != std::future_status::ready) return;
    const auto [thread, priority] = wanted.get();
    const sched_param parameters{.sched_priority = priority};
    outcome_.set_value(::sched_setscheduler(thread, SCHED_RR | SCHED_RESET_ON_FORK, &parameters) == 0);
  }};
};

TEST(RaisedThread, IsRealtimeByABrokersGrace) {
  Granter granter;
  std::jthread([&] {
    const std::array brokers{
        RealtimeBroker{.name = "refuses",
                       .ask = [](pid_t, int) -> Result<void> { return fail(Errc::kServiceMissing, "no"); }},
        RealtimeBroker{.name = "pretends", .ask = [](pid_t, int) -> Result<void> { return {}; }}, granter.broker()};
    const WithoutPermissions refused;
    const RaisedThread raised(brokers);
    if (raised.scheduling() != Scheduling::kRealtime) GTEST_SKIP() << "real-time scheduling is not permitted here";
    EXPECT_EQ(raised.granted_by(), "granter");
    EXPECT_EQ(::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK, SCHED_RR);
  }).join();
}

TEST(RaisedThread, WithoutAnyPermissionIsNormal) {
  std::jthread([] {
    const WithoutPermissions refused;
    const RaisedThread raised;
    EXPECT_EQ(raised.scheduling(), Scheduling::kNormal);
    ASSERT_TRUE(raised.refusal());
    EXPECT_EQ(raised.refusal()->code, Errc::kServiceMissing);
    EXPECT_EQ(::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK, SCHED_OTHER);
  }).join();
}

TEST(RaisedThread, WithAPriorityThatDoesNotExistIsFavouredAtBest) {
  for (const int priority : {-1, 0, 100}) {
    std::jthread([priority] {
      const RaisedThread raised({}, priority);
      EXPECT_NE(raised.scheduling(), Scheduling::kRealtime);
      ASSERT_TRUE(raised.refusal());
      EXPECT_EQ(raised.refusal()->code, Errc::kUsage);
      if (raised.scheduling() == Scheduling::kFavoured) {
        EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), kFavouredNice);
        std::jthread([] { EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 0); }).join();
      }
    }).join();
  }
}

// The program goes on; only the thread has lost its rank.
TEST(RaisedThread, IsDemotedWhenItNeverWaits) {
  std::jthread([] {
    const RaisedThread raised;
    if (raised.scheduling() != Scheduling::kRealtime) GTEST_SKIP() << "real-time scheduling is not permitted here";
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (raised.scheduling() == Scheduling::kRealtime && std::chrono::steady_clock::now() < end) {
    }
    EXPECT_EQ(raised.scheduling(), Scheduling::kDemoted);
    EXPECT_EQ(::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK, SCHED_OTHER);
  }).join();
}

TEST(RaisedThread, LeavesTheThreadAsAnyOther) {
  std::jthread([] {
    {
      const RaisedThread raised;
    }
    EXPECT_EQ(::sched_getscheduler(0) & ~SCHED_RESET_ON_FORK, SCHED_OTHER);
    const RaisedThread again;
    EXPECT_NE(again.scheduling(), Scheduling::kDemoted);
  }).join();
}

}  // namespace
}  // namespace voicestand::platform
