#include "voicestand/telemetry/counter.h"

#include <cstdint>
#include <thread>

#include <gtest/gtest.h>

namespace voicestand::telemetry {
namespace {

TEST(Counter, AddsUp) {
  Counter counter;
  EXPECT_EQ(counter.value(), 0U);
  counter.add();
  counter.add(41);
  EXPECT_EQ(counter.value(), 42U);
}

TEST(Counter, LosesNothingBetweenThreads) {
  constexpr std::uint64_t kEach = 100'000;
  Counter counter;
  std::jthread other([&] {
    for (std::uint64_t i = 0; i < kEach; ++i) counter.add();
  });
  std::uint64_t before = 0;
  for (std::uint64_t i = 0; i < kEach; ++i) {
    counter.add();
    const std::uint64_t now = counter.value();
    EXPECT_GT(now, before);
    before = now;
  }
  other.join();
  EXPECT_EQ(counter.value(), 2 * kEach);
}

// What is read meanwhile is whole, and never less than before.
TEST(Counter, OneThreadCountsAloneWhileAnotherReads) {
  constexpr std::uint64_t kEvents = 300'000;
  constexpr std::uint64_t kStep = (std::uint64_t{1} << 32U) + 1;  // a number read in halves would show
  Counter counter;
  std::jthread counting([&] {
    for (std::uint64_t i = 0; i < kEvents; ++i) counter.add_alone(kStep);
  });
  for (std::uint64_t before = 0; before < kEvents * kStep;) {
    const std::uint64_t now = counter.value();
    ASSERT_GE(now, before);
    ASSERT_EQ(now % kStep, 0U);
    before = now;
  }
  counting.join();
  EXPECT_EQ(counter.value(), kEvents * kStep);
}

}  // namespace
}  // namespace voicestand::telemetry
