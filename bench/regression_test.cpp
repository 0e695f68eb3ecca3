#include "bench/regression.h"

#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::bench {
namespace {

std::vector<Turn> turns_on_a_line(double slope, std::uint64_t count) {
  std::vector<Turn> turns;
  for (std::uint64_t i = 1; i <= count; ++i)
    turns.push_back({.iterations = i, .spent = Seconds(slope * static_cast<double>(i))});
  return turns;
}

TEST(Regression, OfAPerfectLine) {
  const auto turns = turns_on_a_line(2e-6, 10);
  EXPECT_DOUBLE_EQ(slope_of(turns), 2e-6);
  EXPECT_NEAR(fit_of(turns, slope_of(turns)), 1, 1e-12);
}

// (1 x 3 + 2 x 4) / (1 + 4)
TEST(Regression, KnownByHand) {
  const std::vector<Turn> turns{{.iterations = 1, .spent = Seconds(3)}, {.iterations = 2, .spent = Seconds(4)}};
  EXPECT_DOUBLE_EQ(slope_of(turns), 2.2);
}

TEST(Regression, NoiseSpoilsTheFitAndNotTheSlope) {
  auto turns = turns_on_a_line(1e-3, 200);
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise(0, 0.02);
  for (Turn& turn : turns) turn.spent += Seconds(noise(random));
  const double slope = slope_of(turns);
  EXPECT_NEAR(slope, 1e-3, 4e-5);
  EXPECT_LT(fit_of(turns, slope), 0.95);
  EXPECT_GT(fit_of(turns, slope), 0.8);
}

// No other slope lies nearer.
RC_GTEST_PROP(Regression, IsTheBestLine, (std::uint64_t seed)) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> any(0.5, 2);
  auto turns = turns_on_a_line(1, 12);
  for (Turn& turn : turns) turn.spent *= any(random);
  const double slope = slope_of(turns);
  RC_ASSERT(fit_of(turns, slope) >= fit_of(turns, slope * 1.001));
  RC_ASSERT(fit_of(turns, slope) >= fit_of(turns, slope * 0.999));
}

TEST(Regression, NeedsTwoLengths) {
  EXPECT_FALSE(have_slope({}));
  EXPECT_FALSE(have_slope(std::vector<Turn>(5)));
  EXPECT_TRUE(have_slope(turns_on_a_line(1, 2)));
}

}  // namespace
}  // namespace voicestand::bench
