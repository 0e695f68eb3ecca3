#include "bench/change.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "bench/bootstrap.h"
#include "bench/chance.h"
#include "bench/ranks.h"

namespace voicestand::bench {
namespace {

// A run of times: each is much like the one before it, and all have a tail.
std::vector<double> run_of(std::uint64_t seed, double scale, std::size_t count = 120, double memory = 0.4) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> step(0, 0.05);
  std::exponential_distribution<double> tail(50);
  std::vector<double> values(count);
  double state = 0;
  for (int i = 0; i < 50; ++i) state = memory * state + step(random);
  for (double& value : values) {
    state = memory * state + step(random);
    value = scale * (std::exp(state) + tail(random));
  }
  return values;
}

Change change_of(double scale_now, std::uint64_t seed = 7, bool more_is_better = false) {
  return change_since(summarise(run_of(seed, 100)), summarise(run_of(seed + 1'000, 100 * scale_now)), more_is_better)
      .value();
}

TEST(Change, OfTheSameIsNone) {
  const Change change = change_of(1);
  EXPECT_EQ(change.verdict, Change::Verdict::kNone);
  EXPECT_TRUE(change.ci95.contains(0));
  EXPECT_GT(*change.chance, kSignificance);
}

TEST(Change, FewerIsBetterOfACostAndWorseOfARate) {
  EXPECT_EQ(change_of(0.8).verdict, Change::Verdict::kImproved);
  EXPECT_EQ(change_of(1.25).verdict, Change::Verdict::kRegressed);
  EXPECT_EQ(change_of(0.8, 7, true).verdict, Change::Verdict::kRegressed);
  EXPECT_EQ(change_of(1.25, 7, true).verdict, Change::Verdict::kImproved);
  EXPECT_NEAR(change_of(1.25).value, 0.25, 0.03);
  EXPECT_GT(change_of(1.25).probability().value(), 0.99);
}

TEST(Change, ThatIsSureAndSmallIsWithinNoise) {
  std::vector<double> before = run_of(1, 100);
  for (double& value : before) value = 100 + (value - 100) * 0.02;
  std::vector<double> now = before;
  for (double& value : now) value *= 1.01;
  const Change change = change_since(summarise(before), summarise(now), false).value();
  EXPECT_LT(*change.chance, kSignificance);
  EXPECT_EQ(change.verdict, Change::Verdict::kWithinNoise);
}

TEST(Change, OfFewSamplesIsToldAndNotJudged) {
  const Change change =
      change_since(summarise(std::vector<double>{4}), summarise(std::vector<double>{5}), false).value();
  EXPECT_DOUBLE_EQ(change.value, 0.25);
  EXPECT_FALSE(change.chance);
  EXPECT_FALSE(change.probability());
  EXPECT_EQ(change.verdict, Change::Verdict::kUnknown);
}

TEST(Change, SinceNothingIsNone) {
  EXPECT_FALSE(change_since(summarise(std::vector<double>{0}), summarise(std::vector<double>{5}), false));
}

// Of the share by which the median grew, in 200 pairs of runs.
TEST(Change, ItsIntervalCovers) {
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    covered += change_of_medians(run_of(seed, 110, 120, 0), run_of(seed + 1'000, 100, 120, 0)).ci95.contains(0.1);
  }
  EXPECT_GE(covered, 176);
  EXPECT_LT(covered, 200);
}

// The promise of the 99 % level, where neighbours are alike: at most one in a hundred, and what 2,000 experiments add.
TEST(Chance, BetweenRunsOfTheSameAlarmsAreRare) {
  constexpr int kExperiments = 2'000;
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= kExperiments; ++seed)
    alarms += chance_between(run_of(seed, 100, 200), run_of(seed + 10'000, 100, 200)) < kSignificance ? 1 : 0;
  std::cout << "between runs of the same: " << alarms << " false alarms in " << kExperiments << "\n";
  EXPECT_LE(alarms, 33);
}

TEST(Chance, BetweenRunsThatDifferIsSmall) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_LT(chance_between(run_of(seed, 100), run_of(seed + 10'000, 110)), kSignificance) << seed;
}

// However little the samples scatter, and where all of one lie beyond all of the other.
TEST(Chance, ThatAllOfOneLieBeyondAllOfTheOtherIsSmall) {
  const std::vector<double> ones(31, 1);
  const std::vector<double> fours(31, 4);
  EXPECT_LT(chance_in_turns(ones, fours), 0.002);
  EXPECT_LT(chance_between(ones, fours), 0.002);
}

// Two pairs of rounds have four ways, of which the one seen and its mirror lie this far apart.
TEST(Chance, OfFewTurnsIsNeverSmall) {
  EXPECT_NEAR(chance_in_turns(std::vector<double>{1, 1, 1, 1}, std::vector<double>{2, 2, 2, 2}), 0.5, 0.05);
  EXPECT_EQ(chance_in_turns(std::vector<double>{3, 4}, std::vector<double>{3, 4}), 1);
}

// Three of one and three of the other have twenty ways, of which two lie this far apart.
TEST(Chance, KnownByHand) {
  EXPECT_NEAR(chance_between(std::vector<double>{1, 2, 3}, std::vector<double>{4, 5, 6}), 0.1, 0.02);
}

RC_GTEST_PROP(Chance, DoesNotDependOnWhoComesFirst, (std::uint64_t seed)) {
  const auto one = run_of(seed, 100, 30);
  const auto other = run_of(seed + 1, 101, 30);
  RC_ASSERT(chance_in_turns(one, other) == chance_in_turns(other, one));
}

TEST(Ranks, AreSharedByThoseAlike) {
  EXPECT_EQ(ranks_of(std::vector<double>{7, 3, 7, 1}), (std::vector<double>{3.5, 2, 3.5, 1}));
  EXPECT_TRUE(ranks_of({}).empty());
}

}  // namespace
}  // namespace voicestand::bench
