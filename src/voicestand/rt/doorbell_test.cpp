#include "voicestand/rt/doorbell.h"

#include <array>
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "voicestand/rt/spsc_ring.h"

namespace voicestand::rt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Clock::TimePoint in(Clock::Duration wait) {
  return SteadyClock().now() + wait;
}

TEST(Doorbell, DoesNotSleepWhenTheConditionHolds) {
  Doorbell bell;
  EXPECT_TRUE(bell.wait_until([] { return true; }, Clock::TimePoint{}));
}

TEST(Doorbell, GivesUpAtTheDeadlineAndNotBefore) {
  Doorbell bell;
  const auto deadline = in(milliseconds(20));
  EXPECT_FALSE(bell.wait_until([] { return false; }, deadline));
  EXPECT_GE(SteadyClock().now(), deadline);
  EXPECT_FALSE(bell.wait_until([] { return false; }, Clock::TimePoint::min()));
}

TEST(Doorbell, ARingWithoutItsConditionWakesNobodyForGood) {
  Doorbell bell;
  std::jthread ringer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) bell.ring();
  });
  EXPECT_FALSE(bell.wait_until([] { return false; }, in(milliseconds(20))));
}

// A lost wake-up leaves the consumer asleep for ever; the ring of one value makes both sides wait at every step.
TEST(Doorbell, LosesNoWakeUp) {
  constexpr std::uint32_t kRounds = 20'000;
  auto ring = SpscRing<std::uint32_t>::create(1).value();
  Doorbell filled;
  Doorbell emptied;
  std::jthread producer([&] {
    for (std::uint32_t value = 0; value < kRounds; ++value) {
      ASSERT_TRUE(emptied.wait_until([&] { return ring.write_available() == 1; }, in(seconds(60))));
      ASSERT_EQ(ring.push({&value, 1}), 1);
      filled.ring();
    }
  });
  for (std::uint32_t expected = 0; expected < kRounds; ++expected) {
    ASSERT_TRUE(filled.wait_until([&] { return ring.read_available() == 1; }, in(seconds(60))));
    std::uint32_t value = 0;
    ASSERT_EQ(ring.pop({&value, 1}), 1);
    ASSERT_EQ(value, expected);
    emptied.ring();
  }
}

TEST(Doorbell, ServesSeveralRingers) {
  constexpr int kEach = 2'000;
  Doorbell bell;
  std::atomic<int> rung{0};
  const auto ringer = [&] {
    for (int i = 0; i < kEach; ++i) {
      rung.fetch_add(1, std::memory_order_relaxed);
      bell.ring();
    }
  };
  std::array<std::jthread, 3> ringers{std::jthread(ringer), std::jthread(ringer), std::jthread(ringer)};
  EXPECT_TRUE(bell.wait_until([&] { return rung.load(std::memory_order_relaxed) == 3 * kEach; }, in(seconds(60))));
}

}  // namespace
}  // namespace voicestand::rt
