#include "voicestand/dsp/level_normaliser.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/dsp/decibel.h"
#include "voicestand/dsp/level_meter.h"

namespace voicestand::dsp {
namespace {

// Something like speech: noise in syllables of 0.2 s at `peak_dbfs` with gaps at `floor_dbfs`.
std::vector<float> babble(float peak_dbfs, float floor_dbfs, std::size_t syllables, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> noise(-1, 1);
  std::vector<float> samples;
  for (std::size_t i = 0; i < syllables * 4800; ++i) {
    samples.push_back(noise(random) * factor_of_db(i % 4800 < 3200 ? peak_dbfs : floor_dbfs));
  }
  return samples;
}

std::vector<float> normalised(LevelNormaliser& normaliser, std::span<const float> in) {
  std::vector<float> out(in.size());
  normaliser.process(in, out);
  return out;
}

TEST(LevelNormaliser, GainAndOutputAreBoundedWhateverComes) {
  EXPECT_TRUE(rc::check([] {
    LevelNormaliser normaliser;
    std::mt19937 random(*rc::gen::arbitrary<unsigned>());
    const auto levels = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-140, 19));
    for (const int level : levels) {
      std::uniform_real_distribution<float> noise(-factor_of_db(static_cast<float>(level)),
                                                  factor_of_db(static_cast<float>(level)));
      std::vector<float> block(*rc::gen::inRange<std::size_t>(0, 800));
      std::generate(block.begin(), block.end(), [&] { return noise(random); });
      for (const float sample : normalised(normaliser, block)) RC_ASSERT(std::abs(sample) <= 1.0F);
      RC_ASSERT(normaliser.gain_db() >= 0.0F);
      RC_ASSERT(normaliser.gain_db() <= LevelNormaliser::kMaxGainDb);
    }
  }));
}

TEST(LevelNormaliser, SilenceStaysSilence) {
  LevelNormaliser normaliser;
  const std::vector<float> silence(64'000);
  EXPECT_EQ(normalised(normaliser, silence), silence);
}

TEST(LevelNormaliser, BlocksOfAnySizeGiveTheSameBits) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<float> in = babble(-30, -70, 1, *rc::gen::arbitrary<unsigned>());
    LevelNormaliser at_once;
    const std::vector<float> expected = normalised(at_once, in);
    LevelNormaliser in_pieces;
    std::vector<float> got = in;
    std::span<float> rest(got);
    while (!rest.empty()) {
      const std::size_t count = std::min(rest.size(), *rc::gen::inRange<std::size_t>(1, 1000));
      in_pieces.process(rest.first(count), rest.first(count));  // in place
      rest = rest.subspan(count);
    }
    RC_ASSERT(got == expected);
  }));
}

TEST(LevelNormaliser, LouderSoundNeverGetsMoreGainNorComesOutQuieter) {
  float last_gain_db = LevelNormaliser::kMaxGainDb;
  float last_rms_dbfs = kSilenceDbfs;
  for (float peak_dbfs = -80; peak_dbfs <= 0; peak_dbfs += 2) {
    LevelNormaliser normaliser;
    const std::vector<float> out = normalised(normaliser, babble(peak_dbfs, peak_dbfs - 50, 20));
    const Level level = LevelMeter().measure(std::span(out).last(48'000));
    EXPECT_LE(normaliser.gain_db(), last_gain_db + 1e-3F) << peak_dbfs;
    EXPECT_GE(level.rms_dbfs, last_rms_dbfs - 0.1F) << peak_dbfs;
    last_gain_db = normaliser.gain_db();
    last_rms_dbfs = level.rms_dbfs;
  }
}

TEST(LevelNormaliser, QuietSpeechIsLoudFromItsFirstSyllableOn) {
  for (const std::size_t leading : {0U, 1600U, 8000U}) {
    LevelNormaliser normaliser;
    std::vector<float> in(leading, 0.0F);
    const std::vector<float> speech = babble(-50, -95, 10);
    in.insert(in.end(), speech.begin(), speech.end());
    const std::vector<float> out = normalised(normaliser, in);
    for (std::size_t at = leading; at < out.size(); at += 4800) {
      const Level syllable = LevelMeter().measure(std::span(out).subspan(at, 3200));
      EXPECT_GE(syllable.peak_dbfs, -14) << leading << " " << at;
      EXPECT_LE(syllable.peak_dbfs, -5) << leading << " " << at;
    }
  }
}

TEST(LevelNormaliser, LoudSpeechIsLeftAlone) {
  LevelNormaliser normaliser;
  const std::vector<float> in = babble(-3, -60, 10);
  const std::vector<float> out = normalised(normaliser, in);
  EXPECT_FLOAT_EQ(normaliser.gain_db(), 0);
  for (std::size_t i = 3200; i < 6400 / 2; ++i) EXPECT_FLOAT_EQ(out[i], in[i]);
  const std::size_t second = 4800;
  for (std::size_t i = second + 1600; i < second + 3200; ++i) ASSERT_NEAR(out[i], in[i], 0.05F) << i;
}

TEST(LevelNormaliser, SteadyNoiseSinksToItsCeiling) {
  for (float peak_dbfs = -90; peak_dbfs <= -20; peak_dbfs += 10) {
    LevelNormaliser normaliser;
    const std::vector<float> noise = babble(peak_dbfs, peak_dbfs, 20);
    const std::vector<float> out = normalised(normaliser, noise);
    const float in_dbfs = LevelMeter().measure(noise).rms_dbfs;
    const float out_dbfs = LevelMeter().measure(std::span(out).last(32'000)).rms_dbfs;
    EXPECT_LE(out_dbfs, std::max(-45.0F, in_dbfs + 0.1F)) << peak_dbfs;
  }
}

TEST(LevelNormaliser, AClickDoesNotMakeTheSpeechAfterItInaudible) {
  LevelNormaliser normaliser;
  std::vector<float> in = babble(-50, -95, 10);
  (void)normalised(normaliser, in);
  const float before_db = normaliser.gain_db();
  for (std::size_t i = 0; i < 80; ++i) in[i] = i % 2 == 0 ? 0.5F : -0.5F;
  const std::vector<float> out = normalised(normaliser, in);
  EXPECT_GE(normaliser.gain_db(), before_db - 1);
  EXPECT_GE(LevelMeter().measure(std::span(out).subspan(4800, 3200)).peak_dbfs, -14);
}

TEST(LevelNormaliser, RisesSlowly) {
  LevelNormaliser normaliser;
  (void)normalised(normaliser, babble(-3, -60, 4));
  float last_db = normaliser.gain_db();
  for (int second = 0; second < 5; ++second) {
    (void)normalised(normaliser, std::vector<float>(16'000));
    EXPECT_NEAR(normaliser.gain_db() - last_db, LevelNormaliser::kRiseDbPerS, 0.01);
    last_db = normaliser.gain_db();
  }
}

TEST(LevelNormaliser, ResetStartsAnew) {
  LevelNormaliser used;
  (void)normalised(used, babble(-3, -60, 4));
  used.reset();
  LevelNormaliser fresh;
  const std::vector<float> in = babble(-40, -80, 3);
  EXPECT_EQ(normalised(used, in), normalised(fresh, in));
}

}  // namespace
}  // namespace voicestand::dsp
