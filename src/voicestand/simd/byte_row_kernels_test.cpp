#include "voicestand/simd/byte_row_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
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
  for (float& number : numbers) number = values(random);
  return numbers;
}

class ByteRowKernelsTest : public testing::TestWithParam<TestedKernels> {
 protected:
  [[nodiscard]] std::size_t greatest(const std::vector<float>& x) const {
    return kernels_.greatest(x.data(), x.size());
  }

  const ByteRowKernels& kernels_ = GetParam().kernels.byte_row;
};

TEST_P(ByteRowKernelsTest, TheGreatestIsFoundWhereverItIs) {
  EXPECT_EQ(greatest({}), 0U);
  for (std::size_t count = 1; count < 80; ++count) {
    for (std::size_t at = 0; at < count; ++at) {
      auto x = noise(count, 1);
      x[at] = at % 2 == 0 ? 1.5F : -1.5F;
      ASSERT_EQ(greatest(x), at) << count;
    }
  }
}

TEST_P(ByteRowKernelsTest, OfEqualOnesTheFirstIsTheGreatest) {
  std::vector<float> x(50);
  EXPECT_EQ(greatest(x), 0U);
  x[44] = -2;
  x[17] = 2;
  x[31] = 2;
  EXPECT_EQ(greatest(x), 17U);
}

TEST_P(ByteRowKernelsTest, WhatIsNoNumberIsNotTheGreatest) {
  for (const std::size_t count : {2U, 7U, 16U, 40U}) {
    std::vector<float> x(count, kNan);
    EXPECT_EQ(greatest(x), 0U);
    x.back() = 1e-30F;
    EXPECT_EQ(greatest(x), count - 1);
    x.front() = -kInfinity;
    EXPECT_EQ(greatest(x), 0U);
  }
}

TEST_P(ByteRowKernelsTest, AddingInputsIsTheSameEverywhere) {
  std::vector<std::uint8_t> bytes(1'000);
  std::mt19937 random(2);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  for (std::size_t outputs = 0; outputs < 100; ++outputs) {
    const ByteWeights weights{
        .bytes = bytes.data(), .inputs = 10, .outputs = outputs, .scale = 0.3F, .zero = 127, .zero_fraction = 0.25F};
    for (const float value : {0.0F, -0.37F, 1e30F, kInfinity}) {
      const InputValue inputs[] = {
          {.input = 9, .value = value}, {.input = 0, .value = -4}, {.input = 3, .value = 0.7F}};
      for (std::size_t count = 0; count <= 3; ++count) {
        auto y = noise(100, 3);
        auto right = y;
        kernels_.add_inputs(weights, inputs, count, y.data());
        kByteRowScalar.add_inputs(weights, inputs, count, right.data());
        ASSERT_EQ(std::memcmp(y.data(), right.data(), y.size() * sizeof(float)), 0) << outputs << ", " << value;
      }
    }
  }
}

TEST_P(ByteRowKernelsTest, AddingInputsIsAProduct) {
  const std::uint8_t bytes[] = {0, 10, 20, 30, 40, 50};
  const ByteWeights weights{.bytes = bytes, .inputs = 2, .outputs = 3, .scale = 0.5F, .zero = 8, .zero_fraction = 0.5F};
  const InputValue inputs[] = {{.input = 1, .value = 3}, {.input = 0, .value = -2}};
  std::vector<float> y{1, 2, 3};
  kernels_.add_inputs(weights, inputs, 2, y.data());
  EXPECT_EQ(y, (std::vector<float>{1 + 32.25F + 8.5F, 2 + 47.25F - 1.5F, 3 + 62.25F - 11.5F}));
}

TEST_P(ByteRowKernelsTest, SoftmaxIsWithinAStepOfTheExactOne) {
  for (std::size_t count = 1; count < 120; ++count) {
    for (const float scale : {0.0F, 1.0F, 20.0F, 300.0F}) {
      const auto x = noise(count, static_cast<unsigned>(count), scale);
      const double most = *std::max_element(x.begin(), x.end());
      double sum = 0;
      for (const float value : x) sum += std::exp(value - most);
      std::vector<std::uint8_t> bytes(count + 1, 77);
      const float step = kernels_.softmax(x.data(), count, bytes.data());
      ASSERT_NEAR(step * 255 * sum, 1, 1e-5) << count;
      ASSERT_EQ(bytes[count], 77) << "past the end";
      for (std::size_t i = 0; i < count; ++i) {
        const double exact = 255 * std::exp(x[i] - most) + kDither[i % kDithers];
        ASSERT_GE(bytes[i] + 1.0, exact - 1e-3) << count << ", " << i;
        ASSERT_LE(bytes[i], exact + 1e-3) << count << ", " << i;
      }
      ASSERT_EQ(*std::max_element(bytes.begin(), bytes.end() - 1), 255);
    }
  }
}

// What rounding to the nearest would lose: a thousand weights of a quarter of a step.
TEST_P(ByteRowKernelsTest, SmallWeightsWeighTogetherWhatTheyShould) {
  std::vector<float> x(1'000, std::log(0.25F / 255));
  x[500] = 0;
  std::vector<std::uint8_t> bytes(x.size());
  const float step = kernels_.softmax(x.data(), x.size(), bytes.data());
  EXPECT_NEAR(step * static_cast<float>(std::accumulate(bytes.begin(), bytes.end(), 0)), 1, 0.01);
}

TEST_P(ByteRowKernelsTest, ASoftmaxOfNoNumbersIsNone) {
  for (const std::size_t count : {1U, 5U, 16U, 40U}) {
    std::vector<std::uint8_t> bytes(count);
    for (const float odd : {kNan, kInfinity}) {
      auto x = noise(count, 4);
      x[count / 2] = odd;
      EXPECT_TRUE(std::isnan(kernels_.softmax(x.data(), count, bytes.data()))) << count << ", " << odd;
    }
    EXPECT_TRUE(std::isnan(kernels_.softmax(std::vector<float>(count, -kInfinity).data(), count, bytes.data())));
  }
  const std::vector<float> x{-kInfinity, 0, -3e38F};
  std::vector<std::uint8_t> bytes(3);
  EXPECT_FLOAT_EQ(kernels_.softmax(x.data(), 3, bytes.data()), 1.0F / 255);
  EXPECT_EQ(bytes, (std::vector<std::uint8_t>{0, 255, 0}));
}

INSTANTIATE_TEST_SUITE_P(Isas, ByteRowKernelsTest, testing::ValuesIn(tested_kernels()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace voicestand::simd
