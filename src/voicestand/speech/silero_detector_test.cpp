#include "voicestand/speech/silero_detector.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "voicestand/lib/posix/unique_fd.h"
#include "voicestand/lib/sndfile/reader.h"
#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/realtime_thread.h"
#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::speech {
namespace {

constexpr const char* kModel = VOICESTAND_BUNDLE_DIR "/models/silero-vad/silero_vad_openvino_16k.onnx";
constexpr const char* kGolden = VOICESTAND_SOURCE_DIR "/tests/data/vad_golden.bin";

struct GoldenClip {
  std::string file;
  std::vector<float> probabilities;
};

// As tools/make_vad_golden.py writes it.
std::vector<GoldenClip> read_golden() {
  std::ifstream file(kGolden, std::ios::binary);
  std::vector<GoldenClip> clips;
  std::string line;
  std::getline(file, line);
  if (line != "vad_golden 1") return {};
  while (std::getline(file, line) && !line.empty()) {
    const auto tab = line.find('\t');
    clips.push_back({.file = line.substr(0, tab), .probabilities = {}});
    clips.back().probabilities.resize(std::stoul(line.substr(tab + 1)));
  }
  for (auto& clip : clips) {
    for (auto& probability : clip.probabilities) {
      const int low = file.get();
      const int high = file.get();
      probability = static_cast<float>(high * 256 + low) / 65'535.0F;
    }
  }
  return file ? clips : std::vector<GoldenClip>();
}

std::optional<std::vector<float>> read_clip(const std::string& name) {
  posix::UniqueFd file(::open((std::string(VOICESTAND_SPEECH_DIR) + "/" + name).c_str(), O_RDONLY | O_CLOEXEC));
  auto reader = sndfile::Reader::open(std::move(file));
  if (!reader || reader->sample_rate_hz() != kSampleRateHz || reader->channels() != 1) return std::nullopt;
  std::vector<float> samples(reader->frames());
  samples.resize(reader->read(samples));
  return samples;
}

class SileroDetectorTest : public testing::TestWithParam<simd::TestedKernels> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kModel)) GTEST_SKIP() << "no model at " << kModel << ": run tools/fetch_deps.py";
    detector_.emplace(SileroDetector::load(kModel, GetParam().kernels).value());
  }

  float hear(std::span<const float> samples, std::size_t window = 0) {
    return detector_->probability(samples.subspan(window * kWindowSamples).first<kWindowSamples>());
  }

  std::optional<SileroDetector> detector_;
};

TEST_P(SileroDetectorTest, AgreesWithTheReferenceInEveryWindowOfEveryClip) {
  if (!std::filesystem::exists(VOICESTAND_SPEECH_DIR)) GTEST_SKIP() << "no recordings at " << VOICESTAND_SPEECH_DIR;
  const auto clips = read_golden();
  ASSERT_FALSE(clips.empty()) << kGolden;
  // A sanitizer looks at the code and not at the numbers: a part of the clips will do for it.
  const std::size_t step = rt::realtime_allocations() ? 1 : 16;
  std::size_t windows = 0;
  double worst = 0;
  for (std::size_t i = 0; i < clips.size(); i += step) {
    const GoldenClip& clip = clips[i];
    const auto samples = read_clip(clip.file);
    ASSERT_TRUE(samples) << clip.file;
    ASSERT_EQ(samples->size() / kWindowSamples, clip.probabilities.size()) << clip.file;
    detector_->reset();
    for (std::size_t window = 0; window < clip.probabilities.size(); ++window, ++windows) {
      const double difference = std::abs(hear(*samples, window) - clip.probabilities[window]);
      worst = std::max(worst, difference);
      ASSERT_LE(difference, 1e-4) << clip.file << ", window " << window;
    }
  }
  std::ostringstream text;
  text << worst;
  RecordProperty("windows", static_cast<int>(windows));
  RecordProperty("largest_difference", text.str());
  EXPECT_GT(windows, 30'000U / (2 * step - 1));
}

TEST_P(SileroDetectorTest, SilenceIsNotSpeech) {
  const std::vector<float> silence(kWindowSamples);
  for (int i = 0; i < 100; ++i) EXPECT_LT(hear(silence), 0.1F);
}

TEST_P(SileroDetectorTest, WhatIsNoNumberDoesNotStayInItsMemory) {
  std::vector<float> tone(kWindowSamples);
  for (std::size_t i = 0; i < tone.size(); ++i)
    tone[i] = 0.3F * static_cast<float>(std::sin(2 * std::numbers::pi * 220 / kSampleRateHz * static_cast<double>(i)));
  for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                             -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::max()}) {
    const std::vector<float> poisoned(kWindowSamples, poison);
    auto mixed = tone;
    mixed[17] = poison;
    for (const auto& window : {poisoned, mixed, tone}) {
      const float probability = hear(window);
      EXPECT_TRUE(probability >= 0 && probability <= 1) << poison << " gave " << probability;
    }
  }
  const std::vector<float> silence(kWindowSamples);
  float probability = 1;
  for (int i = 0; i < 100; ++i) probability = hear(silence);
  EXPECT_LT(probability, 0.1F);
}

TEST_P(SileroDetectorTest, AllocatesNothing) {
  const auto before = rt::realtime_allocations();
  if (!before) GTEST_SKIP() << "a sanitizer owns the heap in this build";
  const std::vector<float> window(kWindowSamples, 0.1F);
  {
    const rt::RealtimeScope scope;
    for (int i = 0; i < 10; ++i) hear(window);
    detector_->reset();
  }
  EXPECT_EQ(rt::realtime_allocations(), before);
}

TEST_P(SileroDetectorTest, ResetForgetsAll) {
  std::vector<float> noise(3 * kWindowSamples);
  std::uint32_t seed = 1;
  for (auto& sample : noise)
    sample = static_cast<float>((seed = seed * 1'664'525 + 1'013'904'223) >> 8) / 16'777'216.0F - 0.5F;
  const float first = hear(noise, 0);
  const float second = hear(noise, 1);
  hear(noise, 2);
  detector_->reset();
  EXPECT_EQ(hear(noise, 0), first);
  EXPECT_EQ(hear(noise, 1), second);
}

INSTANTIATE_TEST_SUITE_P(Isas, SileroDetectorTest, testing::ValuesIn(simd::tested_kernels_without_vnni()),
                         [](const auto& instance) { return instance.param.name; });

TEST(SileroDetector, AMissingModelIsToldAsSuch) {
  const auto loaded = SileroDetector::load("/nonexistent/silero.onnx");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Errc::kModelMissing);
}

}  // namespace
}  // namespace voicestand::speech
