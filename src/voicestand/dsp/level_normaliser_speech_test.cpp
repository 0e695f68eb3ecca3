// The level normaliser on recordings; skipped where they are not.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sndfile.h>

#include "voicestand/dsp/decibel.h"
#include "voicestand/dsp/level_meter.h"
#include "voicestand/dsp/level_normaliser.h"

namespace voicestand::dsp {
namespace {

constexpr std::size_t kFrame = 160;

class LevelNormaliserOnRecordings : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(VOICESTAND_SPEECH_DIR)) GTEST_SKIP() << "no recordings at " VOICESTAND_SPEECH_DIR;
  }

  static std::vector<float> read(const std::string& name) {
    const std::string path = std::string(VOICESTAND_SPEECH_DIR "/") + name;
    SF_INFO info{};
    const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
    EXPECT_NE(file, nullptr) << path;
    EXPECT_EQ(info.samplerate, kOutputRateHz);
    EXPECT_EQ(info.channels, 1);
    std::vector<float> samples(static_cast<std::size_t>(info.frames));
    EXPECT_EQ(sf_read_float(file.get(), samples.data(), info.frames), info.frames);
    return samples;
  }

  static void bring_peak_to(std::vector<float>& samples, float dbfs) {
    const float factor = factor_of_db(dbfs - LevelMeter().measure(samples).peak_dbfs);
    for (float& sample : samples) sample *= factor;
  }

  static std::vector<float> normalised(std::span<const float> in) {
    LevelNormaliser normaliser;
    std::vector<float> out(in.size());
    normaliser.process(in, out);
    return out;
  }

  // Where the clip first comes within 12 dB of its peak: a vowel of its first syllables.
  static std::size_t first_vowel(std::span<const float> samples) {
    const float enough = LevelMeter().measure(samples).peak_dbfs - 12;
    std::size_t at = 0;
    while (LevelMeter().measure(samples.subspan(at, kFrame)).peak_dbfs < enough) at += kFrame;
    return at;
  }
};

TEST_F(LevelNormaliserOnRecordings, QuietSpeechComesOutLoudFromTheStart) {
  for (int clip = 0; clip < 5; ++clip) {
    std::vector<float> in = read("read/fleurs_en_00" + std::to_string(clip) + ".flac");
    for (const float peak_dbfs : {-20.0F, -35.0F, -50.0F}) {
      SCOPED_TRACE(std::to_string(clip) + " at " + std::to_string(peak_dbfs));
      bring_peak_to(in, peak_dbfs);
      const std::size_t vowel = first_vowel(in);
      // The clip as it is, and cut so that speech is the first that is heard.
      for (const std::size_t cut : {std::size_t{0}, vowel}) {
        const std::vector<float> out = normalised(std::span(in).subspan(cut));
        const Level first = LevelMeter().measure(std::span(out).subspan(vowel - cut, 3200));
        EXPECT_GE(first.peak_dbfs, -22) << cut;
        const Level all = LevelMeter().measure(out);
        EXPECT_GE(all.peak_dbfs, -12) << cut;
        EXPECT_LE(all.peak_dbfs, 0) << cut;
      }
    }
  }
}

TEST_F(LevelNormaliserOnRecordings, LoudSpeechIsNotClipped) {
  const std::vector<float> in = read("read/jfk.flac");
  for (const float sample : normalised(in)) ASSERT_LE(std::abs(sample), 0.99F);
}

TEST_F(LevelNormaliserOnRecordings, SteadyNoiseIsNotRaised) {
  for (const std::string name : {"gen_brown_m25", "gen_hum50_m35", "gen_pink_m30", "gen_white_m25", "gen_white_m50"}) {
    std::vector<float> in = read("noise/" + name + ".flac");
    for (const float shift_db : {0.0F, -15.0F, -20.0F}) {
      SCOPED_TRACE(name + " " + std::to_string(shift_db));
      for (float& sample : in) sample *= factor_of_db(shift_db);
      const std::vector<float> out = normalised(in);
      const std::size_t settled = 5 * kOutputRateHz;
      const float in_dbfs = LevelMeter().measure(std::span(in).subspan(settled)).rms_dbfs;
      const float out_dbfs = LevelMeter().measure(std::span(out).subspan(settled)).rms_dbfs;
      // Brown noise wanders, so that its mean lies up to 7 dB above the floor that is held at kFloorDbfs.
      EXPECT_LE(out_dbfs, std::max(LevelNormaliser::kFloorDbfs + 8, in_dbfs + 0.5F));
    }
  }
}

}  // namespace
}  // namespace voicestand::dsp
