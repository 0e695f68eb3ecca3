#include "voicestand/dsp/noise_floor.h"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/dsp/decibel.h"

namespace voicestand::dsp {
namespace {

float power_of(float dbfs) {
  return factor_of_db(2 * dbfs);
}

void add(NoiseFloor& floor, float dbfs, int frames) {
  for (int i = 0; i < frames; ++i) floor.add(power_of(dbfs));
}

TEST(NoiseFloor, KnowsNothingAtFirst) {
  NoiseFloor floor;
  EXPECT_FALSE(floor.dbfs().has_value());
  add(floor, -40, 49);
  EXPECT_FALSE(floor.dbfs().has_value());
  add(floor, -40, 1);
  EXPECT_TRUE(floor.dbfs().has_value());
}

TEST(NoiseFloor, IsTheLevelOfSteadyNoise) {
  NoiseFloor floor;
  add(floor, -47, 500);
  EXPECT_NEAR(floor.dbfs().value(), -47, 0.01);
}

TEST(NoiseFloor, SpeechWithGapsDoesNotRaiseIt) {
  NoiseFloor floor;
  for (int syllable = 0; syllable < 50; ++syllable) {
    add(floor, -20, 60);
    add(floor, -60, 40);
  }
  EXPECT_NEAR(floor.dbfs().value(), -60, 1);
}

TEST(NoiseFloor, FollowsNoiseUpInItsWindowAndDownAtOnce) {
  NoiseFloor floor;
  add(floor, -60, 300);
  add(floor, -40, 200);
  EXPECT_NEAR(floor.dbfs().value(), -60, 1);
  add(floor, -40, 100);
  EXPECT_NEAR(floor.dbfs().value(), -40, 1);
  add(floor, -60, 40);
  EXPECT_NEAR(floor.dbfs().value(), -60, 1);
}

TEST(NoiseFloor, NeverExceedsTheRecentMaximumNorFallsBelowTheMinimum) {
  EXPECT_TRUE(rc::check([] {
    const auto levels = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-120, 1));
    NoiseFloor floor;
    float lowest = 0;
    float highest = kSilenceDbfs;
    for (const int level : levels) {
      add(floor, static_cast<float>(level), 20);
      lowest = std::min(lowest, static_cast<float>(level));
      highest = std::max(highest, static_cast<float>(level));
    }
    if (const auto dbfs = floor.dbfs()) {
      RC_ASSERT(*dbfs >= lowest - 0.01F);
      RC_ASSERT(*dbfs <= highest + 0.01F);
    }
  }));
}

}  // namespace
}  // namespace voicestand::dsp
