#include "voicestand/platform/thread_usage.h"

#include <thread>

#include <gtest/gtest.h>
#include <time.h>

#include "voicestand/platform/thread_name.h"

namespace voicestand::platform {
namespace {

TEST(ThreadUsage, IsThatOfTheThreadAlone) {
  std::jthread([] {
    name_this_thread("vs-busy");
    timespec used{};
    while (used.tv_nsec < 20'000'000 && used.tv_sec == 0) ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    const ThreadUsage busy = this_thread_usage();
    EXPECT_EQ(busy.name, "vs-busy");
    EXPECT_GE(busy.cpu_time, std::chrono::milliseconds(20));
    std::jthread([&] { EXPECT_LT(this_thread_usage().cpu_time, busy.cpu_time); }).join();
  }).join();
}

}  // namespace
}  // namespace voicestand::platform
