#include "voicestand/platform/realtime_scheduling.h"

#include <array>
#include <thread>

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace voicestand::platform {
namespace {

TEST(RealtimeScheduling, IsGrantedWithItsBoundsOrRefusedWithTheRemedy) {
  std::jthread([] {
    const auto granted = make_this_thread_realtime();
    if (granted) {
      sched_param parameters{};
      EXPECT_EQ(::sched_getscheduler(0), SCHED_FIFO | SCHED_RESET_ON_FORK);
      EXPECT_EQ(::sched_getparam(0, &parameters), 0);
      EXPECT_EQ(parameters.sched_priority, kRealtimePriority);
      std::jthread([] { EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER); }).join();
    } else {
      EXPECT_EQ(granted.error().code, Errc::kServiceMissing);
      EXPECT_FALSE(granted.error().remedy.empty());
      EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER);
    }
    rlimit limit{};
    EXPECT_EQ(::getrlimit(RLIMIT_RTTIME, &limit), 0);
    EXPECT_LE(limit.rlim_cur, static_cast<rlim_t>(kRealtimeLimit.count()));
  }).join();
}

TEST(RealtimeScheduling, IsRefusedWithoutThePermission) {
  std::jthread([] {
    // A thread's own capabilities are its own to give up; the limit is the other way to the permission.
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const std::array<__user_cap_data_struct, 2> none{};
    ASSERT_EQ(::syscall(SYS_capset, &header, none.data()), 0);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_RTPRIO, &limit), 0);
    const rlimit refused{.rlim_cur = 0, .rlim_max = limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_RTPRIO, &refused), 0);
    const auto result = make_this_thread_realtime();
    EXPECT_EQ(::setrlimit(RLIMIT_RTPRIO, &limit), 0);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::kServiceMissing);
  }).join();
}

TEST(RealtimeScheduling, RefusesAPriorityThatDoesNotExist) {
  for (const int priority : {-1, 0, 100}) {
    const auto result = make_this_thread_realtime(priority);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::kUsage);
  }
}

}  // namespace
}  // namespace voicestand::platform
