#include "voicestand/platform/thread_usage.h"

#include <latch>
#include <thread>

#include <gtest/gtest.h>
#include <time.h>

#include "voicestand/platform/thread_name.h"

namespace voicestand::platform {
namespace {

using namespace std::chrono_literals;

void work_until(std::chrono::nanoseconds cpu_time) {
  timespec used{};
  while (std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec) < cpu_time)
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
}

TEST(ThreadUsage, IsThatOfTheThreadAlone) {
  std::jthread([] {
    name_this_thread("vs-busy");
    work_until(20ms);
    const ThreadHandle busy = this_thread();
    const auto used = usage_of(busy);
    ASSERT_TRUE(used);
    EXPECT_EQ(busy.name, "vs-busy");
    EXPECT_GE(used->cpu_time, 20ms);
    std::jthread([&] { EXPECT_LT(usage_of(this_thread()).value().cpu_time, used->cpu_time); }).join();
  }).join();
}

// Not of the one that asks, and what has been used since the handle was made counts.
TEST(ThreadUsage, IsReadFromOutsideWhileTheThreadLives) {
  ThreadHandle busy;
  std::latch begun(1);
  std::latch worked(1);
  std::latch read(1);
  std::jthread thread([&] {
    name_this_thread("vs-watched");
    busy = this_thread();
    begun.count_down();
    work_until(30ms);
    worked.count_down();
    read.wait();
  });
  begun.wait();
  worked.wait();
  const auto used = usage_of(busy);
  read.count_down();
  ASSERT_TRUE(used);
  EXPECT_EQ(busy.name, "vs-watched");
  EXPECT_GE(used->cpu_time, 30ms);
  EXPECT_LT(used->cpu_time, 10s);
}

TEST(ThreadUsage, IsNotKnownOfOneThatIsNotThere) {
  ThreadHandle nobody = this_thread();
  nobody.id = 0x7FFF'FFFE;  // more threads than Linux can count
  EXPECT_FALSE(usage_of(nobody));
}

}  // namespace
}  // namespace voicestand::platform
