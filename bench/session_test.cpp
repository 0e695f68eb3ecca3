#include "bench/session.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace voicestand::bench {
namespace {

Spend virtual_time(double seconds_per_iteration) {
  return [=](std::uint64_t iterations) { return Seconds(seconds_per_iteration * static_cast<double>(iterations)); };
}

Comparison beside_malloc() {
  return {.suite = "toy",
          .name = "toy/work",
          .unit = Unit::cost("ns", 1e9),
          .subjects = {ours("", virtual_time(1e-6)), peer("malloc", virtual_time(4e-6)),
                       ours("avx2", virtual_time(2e-6)), beside("malloc-default", virtual_time(8e-6))},
          .bars = {{.variant = "", .to = "malloc", .at_least = 3.5}}};
}

TEST(Session, AQuickRunMeasuresOursAlone) {
  Session session(Session::Depth::kQuick);
  const Outcome outcome = session.compare(beside_malloc());
  ASSERT_EQ(outcome.results.size(), 2U);
  EXPECT_EQ(outcome.results[0].name, "toy/work");
  EXPECT_EQ(outcome.results[1].name, "toy/work/avx2");
  EXPECT_GE(outcome.results[0].summary.count, 15U);
  EXPECT_TRUE(outcome.ratios.empty());
  EXPECT_FALSE(outcome.judged);
  EXPECT_EQ(session.report().results.size(), 2U);
}

TEST(Session, ACountedRunDoesTheSameWorkEachTime) {
  std::uint64_t done = 0;
  Comparison comparison = beside_malloc();
  comparison.subjects.front().spend = [&](std::uint64_t iterations) {
    done += iterations;
    return Seconds(1);
  };
  const Outcome outcome = Session(Session::Depth::kCounted).compare(comparison, Plan{.sample = Seconds(5)});
  EXPECT_EQ(outcome.results.size(), 2U);
  EXPECT_EQ(done, outcome.results[0].summary.count + 1) << "one to warm up";
  EXPECT_GE(done, 1'000U);
}

TEST(Session, AFullRunMeasuresAll) {
  Session session(Session::Depth::kFull);
  const Outcome outcome = session.compare(beside_malloc());
  EXPECT_EQ(outcome.results.size(), 4U);
  EXPECT_EQ(outcome.ratios.size(), 2U);
}

TEST(Session, EachDepthHasItsLength) {
  EXPECT_EQ(Session(Session::Depth::kFull).choose(3, 2, 1), 3);
  EXPECT_EQ(Session(Session::Depth::kQuick).choose(3, 2, 1), 2);
  EXPECT_EQ(Session(Session::Depth::kQuick).choose(3, 1), 3);
  EXPECT_EQ(Session(Session::Depth::kSmoke).choose(3, 2, 1), 1);
}

}  // namespace
}  // namespace voicestand::bench
