#include "voicestand/telemetry/gauge.h"

#include <algorithm>
#include <cstdint>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::telemetry {
namespace {

TEST(Gauge, BeginsAtNothing) {
  const Gauge gauge;
  EXPECT_EQ(gauge.value(), 0U);
  EXPECT_EQ(gauge.high_water(), 0U);
}

TEST(Gauge, FallsWithoutForgettingTheHighest) {
  Gauge gauge;
  gauge.set(7);
  gauge.fall_to(2);
  EXPECT_EQ(gauge.value(), 2U);
  gauge.set(5);
  EXPECT_EQ(gauge.value(), 5U);
  EXPECT_EQ(gauge.high_water(), 7U);
}

RC_GTEST_PROP(Gauge, KeepsTheLastAndTheHighest, (const std::vector<std::uint64_t>& values)) {
  RC_PRE(!values.empty());
  Gauge gauge;
  for (const std::uint64_t value : values) gauge.set(value);
  RC_ASSERT(gauge.value() == values.back());
  RC_ASSERT(gauge.high_water() == *std::ranges::max_element(values));
}

// Each thread raises it at the same time as the other, so that a highest that is not exchanged atomically is lost.
TEST(Gauge, LosesNoHighestBetweenThreads) {
  constexpr std::uint64_t kValues = 200'000;
  Gauge gauge;
  std::latch start(2);
  const auto raise = [&](std::uint64_t first) {
    start.arrive_and_wait();
    std::uint64_t before = 0;
    for (std::uint64_t value = first; value <= kValues; value += 2) {
      gauge.set(value);
      const std::uint64_t now = gauge.high_water();
      EXPECT_GE(now, std::max(value, before));
      before = now;
      gauge.fall_to(0);
    }
  };
  std::jthread other(raise, 1);
  raise(2);
  other.join();
  EXPECT_EQ(gauge.high_water(), kValues);
  EXPECT_EQ(gauge.value(), 0U);
}

}  // namespace
}  // namespace voicestand::telemetry
