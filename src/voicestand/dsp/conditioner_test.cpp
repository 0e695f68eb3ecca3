#include "voicestand/dsp/conditioner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/dsp/kernels_test_isas.h"

namespace voicestand::dsp {
namespace {

std::vector<float> whole(Conditioner& conditioner, std::span<const float> in, int channels) {
  std::vector<float> out(conditioner.max_output(in.size() / static_cast<std::size_t>(channels)));
  out.resize(conditioner.process(in, out));
  std::vector<float> tail(conditioner.max_flush_output());
  tail.resize(conditioner.flush(tail));
  out.insert(out.end(), tail.begin(), tail.end());
  return out;
}

double rms(std::span<const float> samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

std::vector<float> tone(double hz, int rate_hz, double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * rate_hz));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
  }
  return samples;
}

TEST(Conditioner, AnyFormatGivesTheSameToneAtSixteenKilohertz) {
  for (const int rate_hz : {8'000, 16'000, 44'100, 48'000, 96'000}) {
    for (const int channels : {1, 2, 8}) {
      std::vector<float> interleaved;
      for (const float sample : tone(1000, rate_hz, 1)) {
        interleaved.insert(interleaved.end(), static_cast<std::size_t>(channels), sample);
      }
      Conditioner conditioner = Conditioner::create(rate_hz, channels, 480).value();
      const std::vector<float> out = whole(conditioner, interleaved, channels);
      EXPECT_NEAR(static_cast<double>(out.size()), 16'000, 60);
      EXPECT_NEAR(rms(std::span(out).subspan(2000, 12'000)), std::numbers::sqrt2 / 2, 0.006);  // 0.07 dB
    }
  }
}

TEST(Conditioner, MixesByTheMean) {
  std::vector<float> interleaved;
  for (const float sample : tone(500, 16'000, 0.5)) {
    interleaved.push_back(sample);
    interleaved.push_back(-sample);
  }
  Conditioner conditioner = Conditioner::create(16'000, 2, 160).value();
  EXPECT_LT(rms(whole(conditioner, interleaved, 2)), 1e-6);
}

TEST(Conditioner, TakesAnOffsetAwayAndLeavesSpeechBand) {
  std::vector<float> offset(32'000, 0.5F);
  Conditioner conditioner = Conditioner::create(16'000, 1, 160).value();
  std::vector<float> out = whole(conditioner, offset, 1);
  EXPECT_LT(rms(std::span(out).subspan(4000)), 1e-4);

  out = whole(conditioner, tone(90, 16'000, 1), 1);
  EXPECT_NEAR(20 * std::log10(rms(std::span(out).subspan(4000, 8000)) * std::numbers::sqrt2), 0, 0.1);
}

TEST(Conditioner, HostileSamplesGiveBoundedOutput) {
  EXPECT_TRUE(rc::check([] {
    const int channels = *rc::gen::inRange(1, 9);
    const int rate_hz = *rc::gen::element(8'000, 16'000, 44'100, 48'000);
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    auto in = *rc::gen::container<std::vector<float>>(
        rc::gen::element(0.0F, -1.0F, 1.0F, kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN(),
                         std::numeric_limits<float>::max(), std::numeric_limits<float>::denorm_min()));
    in.resize(in.size() / static_cast<std::size_t>(channels) * static_cast<std::size_t>(channels));
    Conditioner conditioner = Conditioner::create(rate_hz, channels, 100).value();
    for (const float sample : whole(conditioner, in, channels)) {
      RC_ASSERT(std::isfinite(sample));
      RC_ASSERT(std::abs(sample) < 10 * Conditioner::kMaxMagnitude);
    }
  }));
}

TEST(Conditioner, NonFiniteSamplesCountAsSilence) {
  Conditioner conditioner = Conditioner::create(48'000, 2, 128).value();
  const std::vector<float> out = whole(conditioner, std::vector<float>(9600, std::nanf("")), 2);
  EXPECT_EQ(std::count(out.begin(), out.end(), 0.0F), static_cast<std::ptrdiff_t>(out.size()));
}

TEST(Conditioner, BlocksOfAnySizeGiveTheSameBits) {
  EXPECT_TRUE(rc::check([] {
    const int channels = *rc::gen::inRange(1, 4);
    const int rate_hz = *rc::gen::element(8'000, 16'000, 44'100, 48'000);
    std::mt19937 random(*rc::gen::arbitrary<unsigned>());
    std::uniform_real_distribution<float> sample(-1, 1);
    const auto per_frame = static_cast<std::size_t>(channels);
    std::vector<float> in(*rc::gen::inRange<std::size_t>(0, 3000) * per_frame);
    std::generate(in.begin(), in.end(), [&] { return sample(random); });
    const simd::Kernels& kernels = any_kernels();
    Conditioner at_once = Conditioner::create(rate_hz, channels, 8192, kernels).value();
    const std::vector<float> expected = whole(at_once, in, channels);

    const auto most_frames = *rc::gen::inRange<std::size_t>(1, 300);
    Conditioner in_pieces = Conditioner::create(rate_hz, channels, most_frames, kernels).value();
    std::vector<float> got;
    std::span<const float> rest(in);
    while (!rest.empty()) {
      const std::size_t frames = std::min(rest.size() / per_frame, *rc::gen::inRange<std::size_t>(1, 700));
      std::vector<float> out(in_pieces.max_output(frames));
      out.resize(in_pieces.process(rest.first(frames * per_frame), out));
      got.insert(got.end(), out.begin(), out.end());
      rest = rest.subspan(frames * per_frame);
    }
    const std::vector<float> tail = whole(in_pieces, {}, channels);
    got.insert(got.end(), tail.begin(), tail.end());
    RC_ASSERT(got == expected);
  }));
}

TEST(Conditioner, InstructionSetsAgree) {
  std::mt19937 random(9);
  std::uniform_real_distribution<float> sample(-1, 1);
  for (const int rate_hz : {16'000, 44'100, 44'101, 48'000}) {
    std::vector<float> in(20'000);
    std::generate(in.begin(), in.end(), [&] { return sample(random); });
    Conditioner plain = Conditioner::create(rate_hz, 2, 480, *simd::kernels_for(simd::Isa::kScalar)).value();
    const std::vector<float> wanted = whole(plain, in, 2);
    for (const simd::Kernels* const kernels : kernels_of_all_isas()) {
      Conditioner conditioner = Conditioner::create(rate_hz, 2, 480, *kernels).value();
      const std::vector<float> got = whole(conditioner, in, 2);
      ASSERT_EQ(got.size(), wanted.size());
      for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], wanted[i], 1e-6) << isa_name(*kernels);
    }
  }
}

TEST(Conditioner, RefusesWhatItCannotBring) {
  EXPECT_EQ(Conditioner::create(48'000, 0, 128).error().code, Errc::kBadAudio);
  EXPECT_EQ(Conditioner::create(48'000, 9, 128).error().code, Errc::kBadAudio);
  EXPECT_EQ(Conditioner::create(4'000, 1, 128).error().code, Errc::kBadAudio);
}

}  // namespace
}  // namespace voicestand::dsp
