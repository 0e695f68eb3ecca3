#include "voicestand/platform/realtime_scheduling.h"

#include <array>
#include <chrono>
#include <thread>

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
      const RaisedThread raised(priority);
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
