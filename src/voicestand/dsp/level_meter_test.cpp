#include "voicestand/dsp/level_meter.h"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::dsp {
namespace {

TEST(LevelMeter, MeasuresASine) {
  std::vector<float> samples(1600);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = 0.1F * std::sin(2 * std::numbers::pi_v<float> * static_cast<float>(i) / 16);
  }
  const Level level = LevelMeter().measure(samples);
  EXPECT_NEAR(level.peak_dbfs, -20, 0.01);
  EXPECT_NEAR(level.rms_dbfs, -23.01, 0.01);
}

TEST(LevelMeter, SilenceLiesAtTheBottom) {
  for (const Level level : {LevelMeter().measure({}), LevelMeter().measure(std::vector<float>(100))}) {
    EXPECT_FLOAT_EQ(level.peak_dbfs, kSilenceDbfs);
    EXPECT_FLOAT_EQ(level.rms_dbfs, kSilenceDbfs);
  }
}

TEST(LevelMeter, PeakIsNeverBelowRms) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& values) {
    std::vector<float> samples;
    for (const int value : values) samples.push_back(static_cast<float>(value) / 2.15e9F);
    const Level level = LevelMeter().measure(samples);
    RC_ASSERT(level.peak_dbfs >= level.rms_dbfs - 1e-3F);
    RC_ASSERT(level.rms_dbfs >= kSilenceDbfs);
    RC_ASSERT(level.peak_dbfs <= 0.01F);
  }));
}

}  // namespace
}  // namespace voicestand::dsp
