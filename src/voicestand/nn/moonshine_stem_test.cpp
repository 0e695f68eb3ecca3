#include "voicestand/nn/moonshine_stem.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/nn/moonshine_test_network.h"
#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::nn {
namespace {

const std::atomic<bool> kGoOn{false};
const std::atomic<bool> kStop{true};

using Matrix = std::vector<std::vector<double>>;  // frame by frame

double gelu(double x) {
  return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
}

Matrix convolved(const Convolution& convolution, const Matrix& frames) {
  const auto& weights = convolution.linear.weights;
  const std::size_t channels = weights.inputs / convolution.taps;
  Matrix out;
  for (std::size_t first = 0; first + convolution.taps <= frames.size(); first += convolution.stride) {
    auto& y = out.emplace_back(weights.outputs);
    for (std::size_t output = 0; output < weights.outputs; ++output) {
      y[output] = static_cast<double>(convolution.linear.bias[output]);
      for (std::size_t i = 0; i < weights.inputs; ++i) {
        const double weight =
            static_cast<double>(weights.scale) *
            (weights.bytes[i * weights.outputs + output] - weights.zero - static_cast<double>(weights.zero_fraction));
        y[output] += weight * frames[first + i / channels][i % channels];
      }
      y[output] = gelu(y[output]);
    }
  }
  return out;
}

// All in double, one whole array after the other.
Matrix expected(const EncoderWeights& weights, const std::vector<float>& samples) {
  Matrix waves;
  double sum = 0;
  double squares = 0;
  for (std::size_t first = 0; first + weights.wave_taps <= samples.size(); first += weights.wave_stride) {
    auto& y = waves.emplace_back(weights.wave_channels);
    for (std::size_t channel = 0; channel < weights.wave_channels; ++channel) {
      for (std::size_t tap = 0; tap < weights.wave_taps; ++tap)
        y[channel] += static_cast<double>(samples[first + tap]) *
                      static_cast<double>(weights.wave[tap * weights.wave_channels + channel]);
      y[channel] = std::tanh(y[channel]);
      sum += y[channel];
      squares += y[channel] * y[channel];
    }
  }
  const auto count = static_cast<double>(waves.size() * weights.wave_channels);
  const double mean = sum / count;
  const double deviation = std::sqrt(squares / count - mean * mean + 1e-5);
  for (auto& frame : waves) {
    for (std::size_t channel = 0; channel < weights.wave_channels; ++channel)
      frame[channel] = (frame[channel] - mean) / deviation * static_cast<double>(weights.group_weight[channel]) +
                       static_cast<double>(weights.group_bias[channel]);
  }
  return convolved(weights.third, convolved(weights.second, waves));
}

class MoonshineStemTest : public testing::TestWithParam<simd::TestedKernels> {
 protected:
  static constexpr std::size_t kMostSamples = 16'000;

  MoonshineStemTest() : stem_(network_.encoder, 1, GetParam().kernels) {
    Arena counting;
    for (Arena* const arena : {&counting, &arena_}) {
      if (arena == &arena_) arena_ = Arena(counting.bytes());
      stem_.place_kept(*arena, kMostSamples);
      stem_.place(*arena);
    }
  }
  std::vector<float> run(const std::vector<float>& samples) {
    std::vector<float> frames(stem_.frames_of(samples.size()) * network_.encoder.width);
    EXPECT_TRUE(stem_.run(samples, frames.data(), SharedWork(nullptr, kGoOn)));
    return frames;
  }
  // The root of the mean square of what is wrong, relative to that of what is right.
  double error(const std::vector<float>& samples) {
    const auto frames = run(samples);
    const auto right = expected(network_.encoder, samples);
    EXPECT_EQ(frames.size(), right.size() * network_.encoder.width);
    double wrong = 0;
    double all = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const double should = right[i / network_.encoder.width][i % network_.encoder.width];
      wrong += std::pow(static_cast<double>(frames[i]) - should, 2);
      all += std::pow(should, 2);
    }
    return std::sqrt(wrong / all);
  }

  TestNetwork network_{11};
  MoonshineStem stem_;
  Arena arena_;
};

TEST(MoonshineStem, AFrameStandsForTheMiddleOfWhatItHears) {
  const TestNetwork network(1);
  const MoonshineStem stem(network.encoder, 1, simd::kernels());
  const FrameTiming timing = stem.timing();
  EXPECT_EQ(timing.samples, 48U);
  // What the first frame hears: as many on either side.
  const std::size_t heard = 2 * timing.first + timing.samples;
  for (std::size_t frames = 1; frames < 5; ++frames) {
    EXPECT_EQ(stem.frames_of(heard + (frames - 1) * timing.samples), frames);
    EXPECT_EQ(stem.frames_of(heard + (frames - 1) * timing.samples - 1), frames - 1);
  }
}

TEST_P(MoonshineStemTest, FramesAreWholeWindows) {
  // 20 samples a window, 8 apart; 7 of those, 3 apart; 3 of those, 2 apart.
  constexpr std::size_t kLeast = 20 + 8 * (7 - 1 + 3 * (3 - 1));
  EXPECT_EQ(stem_.frames_of(0), 0);
  EXPECT_EQ(stem_.frames_of(kLeast - 1), 0);
  EXPECT_EQ(stem_.frames_of(kLeast), 1);
  EXPECT_EQ(stem_.frames_of(kLeast + 47), 1);
  EXPECT_EQ(stem_.frames_of(kLeast + 48), 2);
  EXPECT_TRUE(run(std::vector<float>(kLeast - 1)).empty());
}

TEST_P(MoonshineStemTest, IsThreeConvolutionsAndANorm) {
  // Around where blocks of 128 windows begin in either convolution, and with 0 to 2 frames left over behind the last.
  for (const std::size_t samples :
       {116U, 163U, 164U, 1'000U, 3'116U, 3'124U, 3'132U, 3'140U, 3'148U, 6'250U, 6'260U, 12'400U, 16'000U}) {
    const auto loud = network_.floats(samples, 0.1F, 0.5F);
    EXPECT_LT(error(loud), 0.015) << samples;
    auto quiet = loud;
    for (float& x : quiet) x *= 1e-3F;
    EXPECT_LT(error(quiet), 0.015) << samples;
  }
}

TEST_P(MoonshineStemTest, RemembersNothing) {
  const auto first = network_.floats(9'000, 0, 0.5F);
  const auto before = run(first);
  run(network_.floats(16'000, 0, 5.0F));
  EXPECT_EQ(run(first), before);
}

// A clip that grows, shrinks, changes somewhere and is given up in between: as if each had been the first.
TEST_P(MoonshineStemTest, WhatItKeepsOfAClipIsWhatItWouldMakeAgain) {
  auto samples = network_.floats(kMostSamples, 0, 0.5F);
  const auto as_the_first = [&](const std::vector<float>& clip) {
    run({});
    run(std::vector<float>(kMostSamples, 0.25F));
    return run(clip);
  };
  const auto clip = [&](std::size_t count) { return std::vector<float>(samples.data(), samples.data() + count); };
  for (const std::size_t count : {3'100U, 3'140U, 9'000U, 9'400U, 16'000U, 6'300U, 12'000U}) {
    run(clip(count / 2));
    std::vector<float> frames(stem_.frames_of(count) * network_.encoder.width);
    EXPECT_FALSE(stem_.run(clip(count), frames.data(), SharedWork(nullptr, kStop)));
    const auto grown = run(clip(count));
    EXPECT_EQ(run(clip(count)), grown);
    EXPECT_EQ(as_the_first(clip(count)), grown) << count;
    samples[count / 3] += 0.125F;
    const auto changed = run(clip(count));
    EXPECT_EQ(as_the_first(clip(count)), changed) << count;
  }
}

TEST_P(MoonshineStemTest, StopsWhenTold) {
  std::vector<float> frames(stem_.frames_of(5'000) * network_.encoder.width);
  EXPECT_FALSE(stem_.run(std::vector<float>(5'000), frames.data(), SharedWork(nullptr, kStop)));
}

TEST_P(MoonshineStemTest, WhatIsNoSoundDoesNoHarm) {
  for (const float odd : {0.0F, 1.0F, 1e-42F, 1e30F, std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    auto mixed = network_.floats(3'000, 0, 0.5F);
    mixed[1'234] = odd;
    for (const auto& samples : {std::vector<float>(3'000, odd), mixed})
      for (const float x : run(samples)) ASSERT_TRUE(std::isfinite(x)) << odd;
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, MoonshineStemTest, testing::ValuesIn(simd::tested_kernels()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace voicestand::nn
