#include "voicestand/dsp/gain.h"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/dsp/decibel.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::dsp {
namespace {

float gain_of(const std::vector<float>& utterance) {
  return peak_normalising_gain(utterance, simd::kernels().level);
}

std::vector<float> sine(float amplitude) {
  std::vector<float> samples(16'000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = amplitude * std::sin(2 * std::numbers::pi_v<float> * static_cast<float>(i) / 50.3F);
  }
  return samples;
}

TEST(PeakNormalisingGain, BringsAnyLevelToTheSamePeak) {
  EXPECT_TRUE(rc::check([] {
    const auto level_dbfs = static_cast<float>(*rc::gen::inRange(-62, 18));
    const float gain = gain_of(sine(factor_of_db(level_dbfs)));
    RC_ASSERT(std::abs(dbfs_of(gain) + level_dbfs - kUtterancePeakDbfs) < 0.6F);
  }));
}

TEST(PeakNormalisingGain, IsBounded) {
  EXPECT_NEAR(gain_of(sine(1e-5F)), 1000, 0.1);
  EXPECT_FLOAT_EQ(gain_of(std::vector<float>(100)), 1);
  EXPECT_FLOAT_EQ(gain_of({}), 1);
}

TEST(PeakNormalisingGain, AClickDoesNotDecide) {
  std::vector<float> quiet = sine(0.003F);
  const float without = gain_of(quiet);
  for (std::size_t i = 8000; i < 8010; ++i) quiet[i] = 1;
  EXPECT_NEAR(gain_of(quiet) / without, 1, 0.05);
}

TEST(PeakNormalisingGain, ASingleSampleCounts) {
  EXPECT_NEAR(gain_of(std::vector<float>{-0.5F}), 1.416, 0.01);
}

}  // namespace
}  // namespace voicestand::dsp
