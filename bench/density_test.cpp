#include "bench/density.h"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace voicestand::bench {
namespace {

std::vector<double> normal_samples(std::size_t count) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal(10, 2);
  std::vector<double> samples(count);
  for (double& sample : samples) sample = normal(random);
  return samples;
}

TEST(Density, OfNormalSamplesIsTheirsNearly) {
  const Density density(normal_samples(20'000));
  for (const double x : {6.0, 8.0, 10.0, 12.0, 14.0}) {
    const double truth = std::exp(-(x - 10) * (x - 10) / 8) / (2 * std::sqrt(2 * std::numbers::pi));
    EXPECT_NEAR(density.at(x), truth, 0.007) << x;
  }
}

TEST(Density, CoversAllSamplesOnce) {
  const Density density(normal_samples(150));
  double area = 0;
  for (double x = -20; x < 40; x += 0.01) area += density.at(x) * 0.01;
  EXPECT_NEAR(area, 1, 1e-3);
}

TEST(Density, OfSamplesThatAreAlikeIsFinite) {
  for (const double value : {0.0, 5.0, -5.0}) {
    const Density density(std::vector<double>(4, value));
    EXPECT_GT(density.bandwidth(), 0);
    EXPECT_TRUE(std::isfinite(density.at(5)));
  }
}

TEST(Density, TheUsualRangeLeavesOutSevereOutliers) {
  auto samples = normal_samples(100);
  samples.push_back(1'000);
  samples.push_back(-1'000);
  const Interval range = usual_range(samples);
  EXPECT_GT(range.low, 0);
  EXPECT_LT(range.high, 20);
}

}  // namespace
}  // namespace voicestand::bench
