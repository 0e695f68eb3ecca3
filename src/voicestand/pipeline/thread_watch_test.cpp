#include "voicestand/pipeline/thread_watch.h"

#include <latch>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "voicestand/platform/thread_name.h"
#include "voicestand/rt/allocation_counter.h"

namespace voicestand::pipeline {
namespace {

// Kept from the optimiser, which may leave out a new whose result nobody reads.
int* volatile kept = nullptr;

TEST(ThreadWatch, KnowsNothingBeforeTheThreadBegins) {
  EXPECT_FALSE(ThreadWatch().load());
}

TEST(ThreadWatch, TellsWhileTheThreadRunsAndAfterwards) {
  ThreadWatch watch;
  std::latch begun(1);
  std::latch seen(1);
  std::thread thread([&] {
    platform::name_this_thread("vs-watched");
    const ThreadWatch::Running running(watch);
    begun.count_down();
    seen.wait();
    for (int i = 0; i < 1'000; ++i) {
      kept = new int(i);
      delete kept;
    }
  });
  begun.wait();
  const auto early = watch.load();
  seen.count_down();
  thread.join();
  const auto late = watch.load();
  ASSERT_TRUE(early && late);
  EXPECT_EQ(early->name, "vs-watched");
  EXPECT_EQ(late->name, "vs-watched");
  EXPECT_GT(early->cpu_s, 0);
  EXPECT_GT(late->cpu_s, early->cpu_s);
  EXPECT_EQ(early->allocations.has_value(), rt::realtime_allocations().has_value());
  EXPECT_GE(late->allocations.value_or(1'000), early->allocations.value_or(0) + 1'000);
}

}  // namespace
}  // namespace voicestand::pipeline
