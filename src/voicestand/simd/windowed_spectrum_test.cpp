#include "voicestand/simd/windowed_spectrum.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::simd {
namespace {

using Numbers = std::vector<float>;

Numbers noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> values(-1, 1);
  Numbers numbers(count);
  std::ranges::generate(numbers, [&] { return values(random); });
  return numbers;
}

double energy(const Numbers& x, const Numbers& window) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += std::pow(static_cast<double>(x[i]) * window[i], 2);
  return sum;
}

// As it is defined.
std::vector<double> defined_magnitudes(const Numbers& x, const Numbers& window) {
  std::vector<double> magnitudes;
  for (std::size_t k = 0; k <= x.size() / 2; ++k) {
    std::complex<double> sum;
    for (std::size_t n = 0; n < x.size(); ++n) {
      const double angle =
          -2 * std::numbers::pi * static_cast<double>(k * n % x.size()) / static_cast<double>(x.size());
      sum += std::polar(static_cast<double>(x[n]) * window[n], angle);
    }
    magnitudes.push_back(std::abs(sum));
  }
  return magnitudes;
}

class WindowedSpectrumTest : public testing::TestWithParam<TestedKernels> {
 protected:
  WindowedSpectrum spectrum(const Numbers& window) const {
    return WindowedSpectrum::create(window, GetParam().kernels).value();
  }
  Numbers powers(const Numbers& x, const Numbers& window) const {
    auto transform = spectrum(window);
    Numbers result(transform.bins());
    transform.power(x.data(), result.data());
    return result;
  }
};

TEST_P(WindowedSpectrumTest, IsTheTransformAsDefined) {
  for (std::size_t size = kMinSpectrum; size <= 2048; size *= 2) {
    const auto x = noise(size + 1, 1);
    const auto window = noise(size, 2);
    auto transform = spectrum(window);
    ASSERT_EQ(transform.size(), size);
    ASSERT_EQ(transform.bins(), size / 2 + 1);
    for (const std::size_t at : {0U, 1U}) {  // of any alignment
      const Numbers samples(x.begin() + static_cast<std::ptrdiff_t>(at),
                            x.begin() + static_cast<std::ptrdiff_t>(at + size));
      const auto expected = defined_magnitudes(samples, window);
      const double scale = std::sqrt(static_cast<double>(size) * energy(samples, window));
      Numbers magnitudes(transform.bins() + at + 1, -1.0F);
      Numbers power(transform.bins() + at + 1, -1.0F);
      transform.magnitude(x.data() + at, magnitudes.data() + at);
      transform.power(x.data() + at, power.data() + at);
      for (std::size_t k = 0; k < expected.size(); ++k) {
        ASSERT_NEAR(magnitudes[at + k], expected[k], 1e-7 * scale) << size << ", bin " << k;
        ASSERT_NEAR(std::sqrt(power[at + k]), expected[k], 1e-7 * scale) << size << ", bin " << k;
      }
      EXPECT_EQ(magnitudes.back(), -1.0F) << "written past its end";
      EXPECT_EQ(power.back(), -1.0F) << "written past its end";
    }
  }
}

TEST_P(WindowedSpectrumTest, AToneIsInItsBinAlone) {
  for (std::size_t size = kMinSpectrum; size <= kMaxSpectrum; size *= 2) {
    const Numbers window(size, 1.0F);
    for (const std::size_t tone : {std::size_t{0}, std::size_t{1}, size / 8 + 3, size / 2 - 1, size / 2}) {
      Numbers x(size);
      for (std::size_t n = 0; n < size; ++n)
        x[n] = static_cast<float>(
            std::cos(2 * std::numbers::pi * static_cast<double>(tone * n % size) / static_cast<double>(size)));
      auto transform = spectrum(window);
      Numbers magnitudes(transform.bins());
      transform.magnitude(x.data(), magnitudes.data());
      const double whole = static_cast<double>(size);
      for (std::size_t k = 0; k < magnitudes.size(); ++k)
        ASSERT_NEAR(magnitudes[k], k != tone ? 0 : tone == 0 || tone == size / 2 ? whole : whole / 2, 1e-7 * whole);
    }
  }
}

TEST_P(WindowedSpectrumTest, WhatIsNoNumberIsInEveryBin) {
  for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (std::size_t at = 0; at < 256; at += 51) {
      auto x = noise(256, 3);
      x[at] = poison;
      for (const float power : powers(x, Numbers(256, 1.0F))) ASSERT_FALSE(std::isfinite(power));
    }
  }
}

TEST_P(WindowedSpectrumTest, DenormalsAreNearlySilence) {
  for (const float power : powers(Numbers(256, 1e-40F), Numbers(256, 1.0F))) ASSERT_EQ(power, 0.0F);
}

TEST_P(WindowedSpectrumTest, RefusesOtherSizes) {
  for (const std::size_t size : {std::size_t{0}, kMinSpectrum / 2, std::size_t{200}, 2 * kMaxSpectrum}) {
    const auto transform = WindowedSpectrum::create(Numbers(size), GetParam().kernels);
    ASSERT_FALSE(transform);
    EXPECT_EQ(transform.error().code, Errc::kUsage);
  }
}

// Laws, for any signal and window of any size.
struct Case {
  Numbers x, y, window;
};

Case any_case() {
  const std::size_t size = kMinSpectrum << *rc::gen::inRange(0, 6);
  const auto seed = *rc::gen::arbitrary<unsigned>();
  return {noise(size, seed), noise(size, seed + 1), noise(size, seed + 2)};
}

template <typename Law>
void holds(const char* what, Law law) {
  EXPECT_TRUE(rc::check(what, law));
}

TEST_P(WindowedSpectrumTest, KeepsTheEnergy) {
  holds("Parseval", [&] {
    const auto [x, y, window] = any_case();
    const auto power = powers(x, window);
    const double both_sides = 2 * std::accumulate(power.begin(), power.end(), 0.0) - power.front() - power.back();
    const double expected = static_cast<double>(x.size()) * energy(x, window);
    RC_ASSERT(std::abs(both_sides - expected) <= 2e-6 * expected);
  });
}

TEST_P(WindowedSpectrumTest, IsLinear) {
  holds("the parallelogram's law: |X + Y|^2 + |X - Y|^2 = 2 |X|^2 + 2 |Y|^2", [&] {
    const auto [x, y, window] = any_case();
    Numbers sum(x.size()), difference(x.size());
    std::ranges::transform(x, y, sum.begin(), std::plus());
    std::ranges::transform(x, y, difference.begin(), std::minus());
    const auto of_sum = powers(sum, window), of_difference = powers(difference, window);
    const auto of_x = powers(x, window), of_y = powers(y, window);
    const double scale = static_cast<double>(x.size()) * (energy(x, window) + energy(y, window));
    for (std::size_t k = 0; k < of_x.size(); ++k)
      RC_ASSERT(std::abs(of_sum[k] + of_difference[k] - 2 * (of_x[k] + of_y[k])) <= 2e-6 * scale);
  });
  holds("a factor", [&] {
    const auto [x, y, window] = any_case();
    auto quarter = x;
    for (auto& sample : quarter) sample *= -0.25F;
    auto expected = powers(x, window);
    for (auto& power : expected) power *= 0.0625F;
    RC_ASSERT(powers(quarter, window) == expected);
  });
}

TEST_P(WindowedSpectrumTest, DoesNotHearWhereACircleBegins) {
  holds("rotation", [&] {
    const auto [x, y, window] = any_case();
    const Numbers flat(x.size(), 1.0F);
    auto rotated = x;
    std::ranges::rotate(rotated, rotated.begin() + *rc::gen::inRange(0, static_cast<int>(x.size())));
    const auto before = powers(x, flat), after = powers(rotated, flat);
    const double scale = static_cast<double>(x.size()) * energy(x, flat);
    for (std::size_t k = 0; k < before.size(); ++k) RC_ASSERT(std::abs(before[k] - after[k]) <= 1e-6 * scale);
  });
}

INSTANTIATE_TEST_SUITE_P(Isas, WindowedSpectrumTest, testing::ValuesIn(tested_kernels()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace voicestand::simd
