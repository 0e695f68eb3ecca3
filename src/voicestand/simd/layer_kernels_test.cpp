#include "voicestand/simd/layer_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::simd {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> noise(std::size_t count, unsigned seed, float scale = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> values(-scale, scale);
  std::vector<float> numbers(count);
  std::ranges::generate(numbers, [&] { return values(random); });
  return numbers;
}

// Numbers of both signs, from `least` to `most` in steps of a thousandth.
std::vector<float> ladder(float least, float most) {
  std::vector<float> x;
  float value = least;
  while (value <= most) {
    x.insert(x.end(), {value, -value});
    value *= 1.001F;
  }
  return x;
}

class LayerKernelsTest : public testing::TestWithParam<TestedKernels> {
 protected:
  // The largest error of `got` relative to `exact`, which is of a number.
  template <typename Exact>
  static double worst(const std::vector<float>& x, const std::vector<float>& got, Exact exact) {
    double error = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      error = std::max(error, std::abs(got[i] / exact(static_cast<double>(x[i])) - 1));
    return error;
  }
  std::vector<float> gelu(std::vector<float> x) const {
    kernels_.gelu(x.data(), x.size());
    return x;
  }
  std::vector<float> softmax(std::vector<float> x) const {
    kernels_.softmax(x.data(), x.size());
    return x;
  }

  const LayerKernels& kernels_ = GetParam().kernels.layer;
};

TEST_P(LayerKernelsTest, TheExponentialIsTightOverItsRange) {
  // Beside a number that is much larger, the sum is 1, and what is left is the exponential itself.
  for (int i = 20'000; i < 87'000; i += 9) {
    const float x = static_cast<float>(i) * -1e-3F;
    EXPECT_NEAR(softmax({0, x})[1] / std::exp(static_cast<double>(x)), 1, 2e-7) << x;
  }
  for (int i = 0; i < 20'000; i += 3) {
    const float x = static_cast<float>(i) * -1e-3F;
    const double exponential = std::exp(static_cast<double>(x));
    EXPECT_NEAR(softmax({0, x})[1] / (exponential / (1 + exponential)), 1, 4e-7) << x;
  }
}

TEST_P(LayerKernelsTest, SoftmaxIsADistributionThatKeepsTheOrder) {
  for (const std::size_t count : {1U, 2U, 15U, 16U, 17U, 100U, 167U, 800U, 4001U}) {
    const auto x = noise(count, static_cast<unsigned>(count), 8);
    const auto shares = softmax(x);
    double sum = 0;
    for (const float share : shares) sum += static_cast<double>(share);
    EXPECT_NEAR(sum, 1, 1e-6) << count;
    EXPECT_EQ(std::ranges::max_element(x) - x.begin(), std::ranges::max_element(shares) - shares.begin());
    for (std::size_t i = 1; i < count; ++i) ASSERT_EQ(x[i] < x[i - 1] && shares[i] > shares[i - 1], false) << i;
  }
}

TEST_P(LayerKernelsTest, SoftmaxOfExtremes) {
  EXPECT_EQ(softmax({3e38F, -3e38F}), (std::vector<float>{1, 0}));
  EXPECT_EQ(softmax({-kInfinity, 5, -kInfinity}), (std::vector<float>{0, 1, 0}));
  EXPECT_EQ(softmax(std::vector<float>(32, -2e38F)), std::vector<float>(32, 1.0F / 32));
  for (const float poison : {kNan, kInfinity}) {
    for (const std::size_t at : {0U, 20U, 32U}) {
      std::vector<float> x(33, 1.0F);
      x[at] = poison;
      EXPECT_TRUE(std::ranges::all_of(softmax(x), [](float share) { return std::isnan(share); })) << poison << at;
    }
  }
  EXPECT_TRUE(std::isnan(softmax({-kInfinity, -kInfinity})[1]));
}

TEST_P(LayerKernelsTest, LayerNormIsTight) {
  for (const std::size_t count : {1U, 3U, 16U, 288U, 416U, 1000U}) {
    for (const float offset : {0.0F, 20.0F, -300.0F}) {
      auto x = noise(count, static_cast<unsigned>(count), 3);
      for (float& value : x) value += offset;
      const auto weight = noise(count, 9);
      double mean = 0, variance = 0;
      for (const float value : x) mean += value / static_cast<double>(count);
      for (const float value : x) variance += std::pow(value - mean, 2) / static_cast<double>(count);
      std::vector<float> y(count);
      kernels_.layer_norm(x.data(), weight.data(), count, y.data());
      for (std::size_t i = 0; i < count; ++i) {
        const double exact = (x[i] - mean) / std::sqrt(variance + 1e-5) * weight[i];
        // A float cannot hold the mean any better than this.
        const double of_the_mean = 1.5e-7 * std::abs(offset) / std::sqrt(variance + 1e-5);
        ASSERT_NEAR(y[i], exact, 1e-6 + of_the_mean) << count << ", " << offset;
      }
    }
  }
}

TEST_P(LayerKernelsTest, LayerNormOfWhatIsAllTheSameIsZero) {
  const std::vector<float> weight(100, 2.0F);
  std::vector<float> y(100, 77.0F);
  kernels_.layer_norm(std::vector<float>(100, -2.5F).data(), weight.data(), 100, y.data());
  EXPECT_EQ(y, std::vector<float>(100, 0.0F));
}

TEST_P(LayerKernelsTest, GeluIsTightAndFadesOut) {
  const auto x = ladder(1e-30F, 5.4F);
  const auto got = gelu(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact = x[i] / 2.0 * std::erfc(-x[i] / std::numbers::sqrt2);
    ASSERT_NEAR(got[i], exact, 2.5e-7 * std::abs(x[i])) << x[i];
  }
  EXPECT_EQ(gelu({-6, -1e6F, -3e38F, -kInfinity}), std::vector<float>(4, 0.0F));
  for (const float large : {6.0F, 1e6F, 3e38F}) EXPECT_NEAR(gelu({large})[0] / large, 1, 1e-7);
  EXPECT_EQ(gelu({kInfinity})[0], kInfinity);
  EXPECT_TRUE(std::isnan(gelu({kNan})[0]));
}

TEST_P(LayerKernelsTest, SiluGateIsTight) {
  const auto gate = ladder(1e-30F, 86);
  const std::vector<float> up(gate.size(), -1.0F);
  std::vector<float> y(gate.size());
  kernels_.silu_gate(up.data(), gate.data(), gate.size(), y.data());
  EXPECT_LE(worst(gate, y, [](double x) { return -x / (1 + std::exp(-x)); }), 4e-7);
}

TEST_P(LayerKernelsTest, SiluGateOfExtremes) {
  const std::vector<float> gate{200, -200, 3e38F, -3e38F, kInfinity, kNan, 1, -kInfinity};
  const std::vector<float> up{1, 1, 1, 1, 1, 1, kNan, 1};
  std::vector<float> y(gate.size());
  kernels_.silu_gate(up.data(), gate.data(), gate.size(), y.data());
  EXPECT_EQ(std::vector<float>(y.begin(), y.begin() + 5), (std::vector<float>{200, 0, 3e38F, 0, kInfinity}));
  for (std::size_t i = 5; i < y.size(); ++i) EXPECT_TRUE(std::isnan(y[i])) << i;
}

TEST_P(LayerKernelsTest, TanhIsTight) {
  auto x = ladder(1e-30F, 1e30F);
  std::vector<float> y(x.size());
  kernels_.tanh(x.data(), x.size(), y.data());
  EXPECT_LE(worst(x, y, [](double value) { return std::tanh(value); }), 4e-7);
  EXPECT_TRUE(std::ranges::all_of(y, [](float value) { return std::abs(value) <= 1; }));
  x = {0, kInfinity, -kInfinity, kNan};
  kernels_.tanh(x.data(), x.size(), x.data());
  EXPECT_EQ(x[0], 0.0F);
  EXPECT_NEAR(x[1], 1, 4e-7);
  EXPECT_NEAR(x[2], -1, 4e-7);
  EXPECT_TRUE(std::isnan(x[3]));
}

TEST_P(LayerKernelsTest, TurningForthAndBackIsNothing) {
  for (const std::size_t pairs : {1U, 4U, 7U, 16U, 37U}) {
    const auto before = noise(2 * pairs, 3);
    std::vector<float> cosines, sines, back;
    for (std::size_t i = 0; i < pairs; ++i) {
      cosines.push_back(std::cos(static_cast<float>(i)));
      sines.push_back(std::sin(static_cast<float>(i)));
      back.push_back(-sines[i]);
    }
    auto x = before;
    kernels_.rotate_pairs(x.data(), cosines.data(), sines.data(), pairs);
    const std::size_t last = 2 * (pairs - 1);
    EXPECT_NEAR(x[last], before[last] * cosines.back() - before[last + 1] * sines.back(), 1e-6);
    kernels_.rotate_pairs(x.data(), cosines.data(), back.data(), pairs);
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_NEAR(x[i], before[i], 1e-6) << pairs;
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, LayerKernelsTest, testing::ValuesIn(tested_kernels()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace voicestand::simd
