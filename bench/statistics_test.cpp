#include "bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bench/bootstrap.h"

namespace voicestand::bench {
namespace {

// Times as benches have them: a floor, and a tail above it.
std::vector<double> times(std::uint64_t seed, std::size_t count, double scale) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> tail(0, 0.5);
  std::vector<double> values(count);
  for (double& value : values) value = scale * (10 + tail(random));
  return values;
}

TEST(Statistics, KnownQuantiles) {
  const std::vector<double> sorted{1, 2, 3, 4, 5};
  EXPECT_DOUBLE_EQ(quantile(sorted, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.5), 3);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.75), 4);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.99), 4.96);
  EXPECT_DOUBLE_EQ(quantile(sorted, 1), 5);
}

TEST(Statistics, KnownMedians) {
  EXPECT_DOUBLE_EQ(median(std::vector<double>{7}), 7);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{9, 1}), 5);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{9, 1, 3}), 3);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{4, 1, 3, 2}), 2.5);
}

TEST(Statistics, ASummaryIsWhatItsSamplesAre) {
  const Summary summary = summarise(std::vector<double>{3, 1, 2, 10});
  EXPECT_EQ(summary.count, 4U);
  EXPECT_DOUBLE_EQ(summary.mean, 4);
  EXPECT_DOUBLE_EQ(summary.p50, 2.5);
  EXPECT_DOUBLE_EQ(summary.max, 10);
  EXPECT_TRUE(summary.ci95.contains(summary.p50));
  EXPECT_GE(summary.ci95.low, 1);
  EXPECT_LE(summary.ci95.high, 10);
}

TEST(Statistics, OneSampleIsItsOwnInterval) {
  const Summary summary = summarise(std::vector<double>{2.5});
  EXPECT_EQ(summary.ci95.low, 2.5);
  EXPECT_EQ(summary.ci95.high, 2.5);
  EXPECT_EQ(summary.p99, 2.5);
}

RC_GTEST_PROP(Statistics, OrderDoesNotMatter, (std::uint64_t seed)) {
  auto values = times(seed, 21, 1);
  const double before = median(values);
  std::ranges::shuffle(values, std::mt19937_64(seed));
  RC_ASSERT(median(values) == before);
}

RC_GTEST_PROP(Bootstrap, TheSameSamplesHaveTheSameInterval, (std::uint64_t seed)) {
  const auto values = times(seed, 30, 1);
  const Interval first = median_interval(values);
  const Interval second = median_interval(values);
  RC_ASSERT(first.low == second.low);
  RC_ASSERT(first.high == second.high);
  RC_ASSERT(first.contains(median(values)));
}

// Of 200 samplings of a known distribution, 95 % of the intervals hold its median, give or take what 200 allow.
TEST(Bootstrap, TheIntervalOfAMedianCovers) {
  const double truth = 10 + 1;  // the median of exp(N(0, s)) is 1
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    covered += median_interval(times(seed, 40, 1)).contains(truth) ? 1 : 0;
  EXPECT_GE(covered, 180);
  EXPECT_LT(covered, 200);
}

// Likewise of the mean, of samples that are symmetric and of samples that are not.
TEST(Bootstrap, TheIntervalOfAMeanCovers) {
  int normal_covered = 0;
  int exponential_covered = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(5, 2);
    std::exponential_distribution<double> exponential(0.5);
    std::vector<double> samples(60);
    for (double& sample : samples) sample = normal(random);
    normal_covered += mean_interval(samples).contains(5) ? 1 : 0;
    for (double& sample : samples) sample = exponential(random);
    exponential_covered += mean_interval(samples).contains(2) ? 1 : 0;
  }
  EXPECT_GE(normal_covered, 366);  // 95 % of 400, less three standard deviations
  EXPECT_LE(normal_covered, 393);
  EXPECT_GE(exponential_covered, 355);  // the percentile interval of a skewed mean is known to be a little short
  EXPECT_LE(exponential_covered, 393);
}

TEST(Bootstrap, TheIntervalOfAMedianCoversNormalAndExponentialSamples) {
  int normal_covered = 0;
  int exponential_covered = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(5, 2);
    std::exponential_distribution<double> exponential(0.5);
    std::vector<double> samples(60);
    for (double& sample : samples) sample = normal(random);
    normal_covered += median_interval(samples).contains(5) ? 1 : 0;
    for (double& sample : samples) sample = exponential(random);
    exponential_covered += median_interval(samples).contains(2 * std::log(2)) ? 1 : 0;
  }
  for (const int covered : {normal_covered, exponential_covered}) {
    EXPECT_GE(covered, 180);
    EXPECT_LT(covered, 200);
  }
}

TEST(Bootstrap, TheIntervalOfASlopeCovers) {
  constexpr double kTruth = 3e-6;
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(1, 0.1);
    std::vector<Turn> turns(80);
    for (std::size_t i = 0; i < turns.size(); ++i) {
      turns[i].iterations = 100 * (3 + i / 2 % 10);
      turns[i].spent = Seconds(kTruth * static_cast<double>(turns[i].iterations) * noise(random));
    }
    covered += slope_estimate(turns).ci95.contains(kTruth) ? 1 : 0;
  }
  EXPECT_GE(covered, 363);
  EXPECT_LE(covered, 395);
}

// A rare slow run is what a high share is about: the interval reaches up to it, and never beyond what was seen.
RC_GTEST_PROP(Bootstrap, TheIntervalOfAHighShareHoldsItsValue, (std::uint64_t seed)) {
  auto values = times(seed, 13, 1);
  std::ranges::sort(values);
  const Interval interval = quantile_interval(values, 0.95);
  RC_ASSERT(interval.contains(quantile(values, 0.95)));
  RC_ASSERT(interval.high == values.back());
  RC_ASSERT(interval.low >= values.front());
}

TEST(Bootstrap, TheIntervalOfARatioCovers) {
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    covered += ratio_of_medians(times(seed, 40, 3), times(seed + 1'000, 40, 2)).ci95.contains(1.5) ? 1 : 0;
  EXPECT_GE(covered, 180);
  EXPECT_LT(covered, 200);
}

TEST(Bootstrap, AgainstItselfTheIntervalHoldsOne) {
  int held = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    held += ratio_of_medians(times(seed, 40, 1), times(seed + 1'000, 40, 1)).ci95.contains(1) ? 1 : 0;
  EXPECT_GE(held, 180);
}

TEST(Bootstrap, AClearDifferenceExcludesOne) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed)
    EXPECT_GT(ratio_of_medians(times(seed, 40, 1.3), times(seed + 1'000, 40, 1)).ci95.low, 1.0) << seed;
}

// What slows down both sides of a pair does not widen the interval of their ratio.
TEST(Bootstrap, PairsCancelWhatTheyShare) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> load(1, 3);
  std::vector<double> one;
  std::vector<double> two;
  for (int i = 0; i < 40; ++i) {
    const double shared = load(random);
    one.push_back(2 * shared);
    two.push_back(shared);
  }
  const Estimate estimate = ratio_of_medians(one, two);
  EXPECT_NEAR(estimate.value, 2, 1e-9);
  EXPECT_NEAR(estimate.ci95.high - estimate.ci95.low, 0, 1e-9);
}

}  // namespace
}  // namespace voicestand::bench
