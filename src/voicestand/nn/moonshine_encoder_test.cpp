#include "voicestand/nn/moonshine_encoder.h"

#include <filesystem>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/nn/moonshine_model.h"
#include "voicestand/nn/moonshine_test_golden.h"
#include "voicestand/nn/moonshine_test_network.h"
#include "voicestand/rt/allocation_counter.h"
#include "voicestand/rt/realtime_thread.h"
#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::nn {
namespace {

constexpr const char* kGolden = VOICESTAND_SOURCE_DIR "/tests/data/moonshine_golden.txt";
const std::atomic<bool> kGoOn{false};
const std::atomic<bool> kStop{true};

std::vector<float> encode(MoonshineEncoder& encoder, std::span<const float> samples) {
  const auto frames = encoder.encode(samples, kGoOn);
  if (!frames) return {};
  return {frames->values.begin(), frames->values.end()};
}

class MoonshineEncoderTest : public testing::TestWithParam<simd::TestedKernels> {
 protected:
  static constexpr std::size_t kMostSamples = 16'000;
  MoonshineEncoder make(std::size_t most_samples = kMostSamples) {
    return MoonshineEncoder::create(network_.encoder, most_samples, GetParam().kernels).value();
  }
  TestNetwork network_{5};
};

TEST_P(MoonshineEncoderTest, RefusesLimitsThatMakeNoSense) {
  for (const std::size_t most : {std::size_t{0}, std::size_t{115}, std::size_t{48 * 4'100}, SIZE_MAX / 2}) {
    const auto encoder = MoonshineEncoder::create(network_.encoder, most, GetParam().kernels);
    ASSERT_FALSE(encoder) << most;
    EXPECT_EQ(encoder.error().code, Errc::kUsage);
  }
}

TEST_P(MoonshineEncoderTest, GivesTheSameWhateverItsLimitAndItsPast) {
  auto tight = make(5'000);
  auto wide = make();
  const auto samples = network_.floats(5'000, 0, 0.5F);
  const auto frames = encode(tight, samples);
  EXPECT_EQ(frames.size(), tight.frames_of(5'000) * network_.encoder.width);
  EXPECT_EQ(encode(wide, samples), frames);
  ASSERT_TRUE(wide.encode(network_.floats(16'000, 0, 3), kGoOn));
  EXPECT_EQ(encode(wide, samples), frames);
}

TEST_P(MoonshineEncoderTest, GivesTheSameForAClipThatHasGrown) {
  auto grown = make();
  const auto samples = network_.floats(kMostSamples, 0, 0.5F);
  for (std::size_t count = 500; count <= samples.size(); count += 1'100) {
    auto fresh = make();
    const auto clip = std::span(samples).first(count);
    EXPECT_FALSE(grown.encode(clip, kStop));
    EXPECT_EQ(encode(grown, clip), encode(fresh, clip)) << count;
  }
}

TEST_P(MoonshineEncoderTest, TooFewSamplesGiveNoFrameAndTooManyAreNotHeard) {
  auto encoder = make(5'000);
  EXPECT_TRUE(encode(encoder, {}).empty());
  EXPECT_TRUE(encode(encoder, std::vector<float>(115)).empty());
  auto samples = network_.floats(5'000, 0, 0.5F);
  const auto frames = encode(encoder, samples);
  samples.resize(100'000, 0.5F);
  EXPECT_EQ(encode(encoder, samples), frames);
}

TEST_P(MoonshineEncoderTest, WhatIsNoSoundDoesNoHarm) {
  auto encoder = make();
  for (const float odd : {0.0F, 1.0F, 1e-42F, 1e30F, std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    auto mixed = network_.floats(3'000, 0, 0.5F);
    mixed[1'234] = odd;
    for (const auto& samples : {std::vector<float>(3'000, odd), mixed})
      for (const float x : encode(encoder, samples)) ASSERT_TRUE(std::isfinite(x)) << odd;
  }
}

TEST_P(MoonshineEncoderTest, AHelperChangesNothing) {
  const auto team = rt::Team::create(nullptr).value();
  auto alone = make();
  auto helped = MoonshineEncoder::create(network_.encoder, kMostSamples, GetParam().kernels, team.get()).value();
  for (const std::size_t count : {0U, 116U, 164U, 3'140U, 9'000U, 16'000U}) {
    const auto samples = network_.floats(count, 0, 0.5F);
    const auto frames = encode(alone, samples);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(encode(helped, samples), frames) << count;
  }
  EXPECT_FALSE(helped.encode(std::vector<float>(5'000), kStop));
}

TEST_P(MoonshineEncoderTest, StopsWhenTold) {
  auto encoder = make();
  EXPECT_FALSE(encoder.encode(std::vector<float>(5'000), kStop));
}

TEST_P(MoonshineEncoderTest, AllocatesNothing) {
  if (!rt::realtime_allocations()) GTEST_SKIP() << "a sanitizer owns the heap";
  auto encoder = make();
  const auto samples = network_.floats(9'000, 0, 0.5F);
  const auto before = *rt::realtime_allocations();
  {
    const rt::RealtimeScope scope;
    ASSERT_TRUE(encoder.encode(samples, kGoOn));
  }
  EXPECT_EQ(*rt::realtime_allocations(), before);
}

INSTANTIATE_TEST_SUITE_P(Isa, MoonshineEncoderTest, testing::ValuesIn(simd::tested_kernels()),
                         [](const auto& test) { return test.param.name; });

// Against numpy in f32, layer by layer: the bytes of activations make the difference. Were the loudest numbers of a row
// among them (byte_block.h), it would be twice as large.
constexpr double kStemTolerance = 0.025;
constexpr double kLayerTolerance = 0.06;

TEST(MoonshineEncoderGolden, HearsWhatTheReferenceHears) {
  const auto clips = read_moonshine_golden(kGolden);
  ASSERT_EQ(clips.size(), 4U) << kGolden;
  for (const MoonshineGolden& clip : clips) {
    const std::string folder = VOICESTAND_BUNDLE_DIR "/models/" + clip.model;
    const auto samples = moonshine_clip(VOICESTAND_BUNDLE_DIR "/samples", clip.clip);
    if (!std::filesystem::exists(folder) || !samples) GTEST_SKIP() << "run tools/fetch_deps.py";
    const auto model = MoonshineModel::load(folder).value();
    EncoderWeights weights = model.encoder();
    ASSERT_EQ(weights.layers.size(), clip.layers.size());

    MoonshineStem stem(weights, 1, simd::kernels());
    Arena counting;
    stem.place_kept(counting, samples->size());
    stem.place(counting);
    Arena arena(counting.bytes());
    stem.place_kept(arena, samples->size());
    stem.place(arena);
    std::vector<float> frames(stem.frames_of(samples->size()) * weights.width);
    ASSERT_TRUE(stem.run(*samples, frames.data(), SharedWork(nullptr, kGoOn)));
    EXPECT_LT(relative_error(spaced(frames, clip.stem.size()), clip.stem), kStemTolerance)
        << clip.model << ", " << clip.clip;

    while (!weights.layers.empty()) {
      const auto& right = clip.layers[weights.layers.size() - 1];
      auto encoder = MoonshineEncoder::create(weights, samples->size()).value();
      const auto heard = encode(encoder, *samples);
      EXPECT_LT(relative_error(spaced(heard, right.size()), right), kLayerTolerance)
          << clip.model << ", " << clip.clip << ", " << weights.layers.size() << " layers";
      weights.layers.pop_back();
    }
  }
}

}  // namespace
}  // namespace voicestand::nn
