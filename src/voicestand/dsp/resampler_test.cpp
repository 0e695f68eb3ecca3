#include "voicestand/dsp/resampler.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/dsp/kernels_test_isas.h"

namespace voicestand::dsp {
namespace {

std::vector<float> whole(Resampler& resampler, std::span<const float> in) {
  std::vector<float> out(resampler.max_output(in.size()));
  out.resize(resampler.process(in, out));
  return out;
}

std::vector<float> sine(double hz, int rate_hz, double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * rate_hz));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
  }
  return samples;
}

double db(double ratio) {
  return 20 * std::log10(std::max(ratio, 1e-9));
}

// The filter as one continuous response, gathered by moving an impulse through every input position of one cycle: with
// an impulse at input n, output k shows h(k / 16 kHz - n / input rate).
struct Response {
  std::vector<std::pair<double, double>> points;  // seconds, weight

  Response(int rate_hz, const simd::Kernels& kernels) {
    Resampler resampler = Resampler::create(rate_hz, 512, kernels).value();
    const auto cycle = static_cast<std::size_t>(rate_hz / std::gcd(rate_hz, kOutputRateHz));
    const std::size_t length = cycle + static_cast<std::size_t>(rate_hz / 100);
    for (std::size_t at = 0; at < cycle; ++at) {
      resampler.reset();
      std::vector<float> impulse(length);
      impulse[at] = 1;
      const std::vector<float> out = whole(resampler, impulse);
      for (std::size_t k = 0; k < out.size(); ++k) {
        if (out[k] != 0) {
          points.emplace_back(static_cast<double>(k) / kOutputRateHz - static_cast<double>(at) / rate_hz, out[k]);
        }
      }
    }
    // Each instant modulo the cycle is seen once an output sample of the cycle.
    scale = 1.0 / (static_cast<double>(kOutputRateHz) / std::gcd(rate_hz, kOutputRateHz));
  }

  [[nodiscard]] std::complex<double> at(double hz) const {
    std::complex<double> sum = 0;
    for (const auto& [seconds, weight] : points) sum += weight * std::polar(1.0, -2 * std::numbers::pi * hz * seconds);
    return sum * scale;
  }

  [[nodiscard]] double group_delay_s(double hz) const {
    return -(std::arg(at(hz + 1) / at(hz - 1))) / (2 * std::numbers::pi * 2);
  }

  double scale = 1;
};

using RateAndKernels = std::tuple<int, const simd::Kernels*>;

std::string name_of(const testing::TestParamInfo<RateAndKernels>& instance) {
  return isa_name(*std::get<1>(instance.param)) + "_" + std::to_string(std::get<0>(instance.param));
}

class ResamplerResponse : public testing::TestWithParam<RateAndKernels> {};

TEST_P(ResamplerResponse, IsFlatInThePassBandAndSilentInTheStopBand) {
  const auto [rate_hz, kernels] = GetParam();
  const bool down = rate_hz > kOutputRateHz;
  const double pass_hz = down ? Resampler::kPassHz : Resampler::kPassOfInputRate * rate_hz;
  const double stop_hz = down ? Resampler::kStopHz : (1 - Resampler::kPassOfInputRate) * rate_hz;
  // The taps lie on a grid of this rate; from its half on the response repeats itself in the mirror.
  const double grid_hz = static_cast<double>(rate_hz) * kOutputRateHz / std::gcd(rate_hz, kOutputRateHz);
  const double last_hz = std::min(1.2 * std::max(rate_hz, kOutputRateHz), grid_hz / 2);
  const Response response(rate_hz, *kernels);

  double ripple_db = 0;
  for (double hz = 0; hz <= pass_hz; hz += pass_hz / 200) {
    ripple_db = std::max(ripple_db, std::abs(db(std::abs(response.at(hz)))));
  }
  double stop_db = -1000;
  for (double hz = stop_hz; hz <= last_hz; hz += (last_hz - stop_hz) / 400) {
    stop_db = std::max(stop_db, db(std::abs(response.at(hz))));
  }
  const double delay_s = response.group_delay_s(1000);
  RecordProperty("ripple_db", std::to_string(ripple_db));
  RecordProperty("stop_db", std::to_string(stop_db));
  RecordProperty("delay_ms", std::to_string(delay_s * 1e3));

  EXPECT_LE(ripple_db, 0.1);
  EXPECT_LE(stop_db, -80);
  const Resampler resampler = Resampler::create(rate_hz, 512).value();
  const double promised_s = std::chrono::duration<double>(resampler.group_delay()).count();
  EXPECT_NEAR(delay_s, promised_s, 1e-6);
  EXPECT_NEAR(response.group_delay_s(pass_hz - 50), promised_s, 1e-6);
  if (rate_hz >= kOutputRateHz) {
    EXPECT_LE(delay_s, Resampler::kMaxGroupDelayS);
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, ResamplerResponse,
                         testing::Combine(testing::Values(8'000, 11'025, 12'000, 22'050, 24'000, 32'000, 44'100, 48'000,
                                                          88'200, 96'000, 176'400, 192'000),
                                          testing::ValuesIn(kernels_of_all_isas())),
                         name_of);

// Where the ratio is awkward, a table of every phase would be too large: a tone must come through as clean all the
// same.
class ResamplerTone : public testing::TestWithParam<RateAndKernels> {};

TEST_P(ResamplerTone, KeepsATonePure) {
  const auto [rate_hz, kernels] = GetParam();
  const double hz = 0.3 * std::min(rate_hz, kOutputRateHz);
  Resampler resampler = Resampler::create(rate_hz, 512, *kernels).value();
  const std::vector<float> out = whole(resampler, sine(hz, rate_hz, 0.5));
  const double delay_s = std::chrono::duration<double>(resampler.group_delay()).count();
  // Whatever is not the tone itself, at the loudness that the pass band's ripple leaves it.
  double power = 0;
  double common = 0;
  double expected_power = 0;
  for (std::size_t k = 1000; k < out.size(); ++k) {
    const double t_s = static_cast<double>(k) / kOutputRateHz - delay_s;
    const double expected = std::sin(2 * std::numbers::pi * hz * t_s);
    power += static_cast<double>(out[k]) * out[k];
    common += out[k] * expected;
    expected_power += expected * expected;
  }
  const double error = power - common * common / expected_power;
  EXPECT_LE(10 * std::log10(error / power), -76);
  EXPECT_LE(resampler.memory_bytes(), std::size_t{512} * 1024);
}

INSTANTIATE_TEST_SUITE_P(Rates, ResamplerTone,
                         testing::Combine(testing::Values(8'001, 11'027, 15'999, 16'001, 22'051, 44'099, 44'101, 47'999,
                                                          96'001, 191'999),
                                          testing::ValuesIn(kernels_of_all_isas())),
                         name_of);

TEST(Resampler, AnAwkwardRatioKeepsTheStopBand) {
  for (const int rate_hz : {22'051, 44'101, 96'001}) {
    Resampler resampler = Resampler::create(rate_hz, 512).value();
    const std::vector<float> out = whole(resampler, sine(9'500, rate_hz, 0.5));
    double power = 0;
    for (std::size_t k = 1000; k < out.size(); ++k) power += static_cast<double>(out[k]) * out[k];
    EXPECT_LE(10 * std::log10(2 * power / static_cast<double>(out.size() - 1000)), -80) << rate_hz;
  }
}

TEST(Resampler, SixteenKilohertzPassesUntouched) {
  Resampler resampler = Resampler::create(kOutputRateHz, 64).value();
  std::mt19937 random(1);
  std::uniform_real_distribution<float> sample(-1, 1);
  std::vector<float> in(1000);
  std::generate(in.begin(), in.end(), [&] { return sample(random); });
  EXPECT_EQ(whole(resampler, in), in);
  EXPECT_EQ(resampler.group_delay().count(), 0);
  EXPECT_EQ(resampler.max_flush_output(), 0U);
}

TEST(Resampler, BlocksOfAnySizeGiveTheSameBits) {
  EXPECT_TRUE(rc::check([] {
    const int rate_hz = *rc::gen::oneOf(rc::gen::element(8'000, 16'000, 22'050, 44'100, 48'000, 192'000),
                                        rc::gen::inRange(8'000, 192'001));
    const auto seed = *rc::gen::arbitrary<unsigned>();
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> sample(-1, 1);
    std::vector<float> in(*rc::gen::inRange<std::size_t>(0, 6000));
    std::generate(in.begin(), in.end(), [&] { return sample(random); });

    const simd::Kernels& kernels = any_kernels();
    Resampler at_once = Resampler::create(rate_hz, 8192, kernels).value();
    std::vector<float> expected = whole(at_once, in);
    std::vector<float> tail(at_once.max_flush_output());
    tail.resize(at_once.flush(tail));
    expected.insert(expected.end(), tail.begin(), tail.end());

    Resampler in_pieces = Resampler::create(rate_hz, *rc::gen::inRange<std::size_t>(1, 700), kernels).value();
    std::vector<float> got;
    std::span<const float> rest(in);
    while (!rest.empty()) {
      const std::size_t frames = std::min(rest.size(), *rc::gen::inRange<std::size_t>(1, 1500));
      std::vector<float> out(in_pieces.max_output(frames));
      const std::size_t written = in_pieces.process(rest.first(frames), out);
      RC_ASSERT(written <= out.size());
      got.insert(got.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(written));
      rest = rest.subspan(frames);
    }
    tail.assign(in_pieces.max_flush_output(), 0);
    tail.resize(in_pieces.flush(tail));
    got.insert(got.end(), tail.begin(), tail.end());
    RC_ASSERT(got == expected);
  }));
}

TEST(Resampler, FlushGivesTheLastSamples) {
  for (const int rate_hz : {8'000, 11'025, 44'100, 48'000, 48'001, 192'000}) {
    Resampler resampler = Resampler::create(rate_hz, 256).value();
    std::vector<float> in(static_cast<std::size_t>(rate_hz) / 10);
    std::fill(in.end() - 8 * rate_hz / 8000, in.end(), 1.0F);  // the last millisecond
    std::vector<float> out = whole(resampler, in);
    const auto energy = [](const std::vector<float>& of) {
      double sum = 0;
      for (const float sample : of) sum += sample;
      return sum;
    };
    const double before = energy(out);
    std::vector<float> tail(resampler.max_flush_output());
    tail.resize(resampler.flush(tail));
    EXPECT_NEAR(before + energy(tail), 16, 2.5) << rate_hz;
    EXPECT_GT(energy(tail), 4) << rate_hz;
    // After flush() it is as new.
    Resampler fresh = Resampler::create(rate_hz, 256).value();
    EXPECT_EQ(whole(resampler, in), whole(fresh, in)) << rate_hz;
  }
}

TEST(Resampler, NeverWritesPastAShortOutput) {
  Resampler resampler = Resampler::create(48'000, 256).value();
  std::vector<float> guarded(11, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(resampler.process(std::vector<float>(300, 1.0F), std::span(guarded).first(10)), 10U);
  EXPECT_TRUE(std::isnan(guarded.back()));
}

TEST(Resampler, RefusesRatesOutsideItsRange) {
  for (const int rate_hz : {-48'000, 0, 7'999, 192'001, std::numeric_limits<int>::max()}) {
    const Result<Resampler> refused = Resampler::create(rate_hz, 256);
    ASSERT_FALSE(refused.has_value()) << rate_hz;
    EXPECT_EQ(refused.error().code, Errc::kBadAudio);
  }
}

}  // namespace
}  // namespace voicestand::dsp
