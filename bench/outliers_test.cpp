#include "bench/outliers.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::bench {
namespace {

// Quartiles 2 and 4, two apart: mild beyond -1 and 7, severe beyond -4 and 10.
TEST(Outliers, LieBeyondTukeysFences) {
  const std::vector<double> bulk{1, 2, 2, 3, 3, 3, 4, 4, 5};
  for (const auto& [value, kind] : std::vector<std::pair<double, Outlier>>{{-4.5, Outlier::kLowSevere},
                                                                           {-1.5, Outlier::kLowMild},
                                                                           {-0.5, Outlier::kNone},
                                                                           {6.5, Outlier::kNone},
                                                                           {7.5, Outlier::kHighMild},
                                                                           {10.5, Outlier::kHighSevere}}) {
    std::vector<double> samples = bulk;
    samples.insert(samples.end(), {2, 4, 2, 4});  // the one more moves no quartile
    samples.push_back(value);
    EXPECT_EQ(classify(samples).back(), kind) << value;
  }
}

TEST(Outliers, SamplesThatAreAlikeHaveNone) {
  EXPECT_EQ(count(classify(std::vector<double>(9, 3.0))).all(), 0U);
  EXPECT_TRUE(classify({}).empty());
}

TEST(Outliers, OfNormalSamplesAreSevenInAThousand) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> samples(100'000);
  for (double& sample : samples) sample = normal(random);
  const OutlierCounts counts = count(classify(samples));
  EXPECT_NEAR(static_cast<double>(counts.all()), 698, 90);
  EXPECT_NEAR(static_cast<double>(counts.low_mild), static_cast<double>(counts.high_mild), 90);
  EXPECT_LT(counts.low_severe + counts.high_severe, 5U);
}

RC_GTEST_PROP(Outliers, DoNotDependOnTheUnit, (std::uint64_t seed)) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> tail;
  std::vector<double> samples(50);
  for (double& sample : samples) sample = tail(random);
  const auto before = classify(samples);
  for (double& sample : samples) sample *= 1'024;
  RC_ASSERT(classify(samples) == before);
}

}  // namespace
}  // namespace voicestand::bench
