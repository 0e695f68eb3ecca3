#include "voicestand/simd/matrix_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/simd/kernels_test_tables.h"
#include "voicestand/simd/matrix_kernels_test_parity.h"

namespace voicestand::simd {
namespace {

using Limits = std::numeric_limits<float>;

std::vector<std::byte> random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(count);
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random()); });
  return bytes;
}

std::vector<float> noise(std::size_t count, unsigned seed, float loudness = 3) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> sample(-loudness, loudness);
  std::vector<float> samples(count);
  std::ranges::generate(samples, [&] { return sample(random); });
  return samples;
}

class MatrixKernelsTest : public testing::TestWithParam<TestedKernels> {
 protected:
  const Kernels& tested() const { return GetParam().kernels; }
  const MatrixKernels& kernels() const { return GetParam().kernels.matrix; }
};

// Every remainder of every loop: vectors of 8 to 64, groups of 4 and 8 inputs, tiles of 4 and 6 rows, panels of 64.
TEST_P(MatrixKernelsTest, AnyShapeIsTheSameOnEveryInstructionSet) {
  const auto bytes = random_bytes(4001, 1);
  std::mt19937 random(2);
  const auto below = [&](std::size_t bound) { return random() % bound; };
  constexpr std::array kZeros{-256, 0, 3, 128, 255, 511};
  constexpr std::array kFinishes{Finish::kStore, Finish::kAdd, Finish::kGelu};
  for (int i = 0; i < 400; ++i) {
    const std::size_t inputs = below(40);
    const parity::MatrixCase matrix{.rows = below(20),
                                    .inputs = inputs,
                                    .outputs = below(300),
                                    .stride = below(inputs + 5),
                                    .zero = kZeros[below(kZeros.size())],
                                    .zero_fraction = below(2) == 0 ? 0.0F : 0.37F,
                                    .bias = below(2) == 0,
                                    .finish = kFinishes[below(kFinishes.size())],
                                    .offset = below(9)};
    const auto where = ::testing::Message() << matrix.rows << " x " << matrix.inputs << " x " << matrix.outputs;
    ASSERT_EQ(parity::multiply(tested(), matrix, bytes), "") << where;
    ASSERT_EQ(parity::multiply_by_output(tested(), matrix, bytes), "") << where;
  }
}

TEST_P(MatrixKernelsTest, EveryNumberOfRowsAndRemainderOfColumns) {
  const auto bytes = random_bytes(3001, 3);
  for (const std::size_t rows : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 13U}) {
    for (const std::size_t inputs : {0U, 1U, 7U, 8U, 9U, 64U, 69U}) {
      for (const std::size_t outputs : {0U, 1U, 8U, 15U, 31U, 32U, 33U, 63U, 64U, 96U, 97U}) {
        const parity::MatrixCase matrix{.rows = rows, .inputs = inputs, .outputs = outputs, .stride = inputs};
        ASSERT_EQ(parity::multiply(tested(), matrix, bytes), "") << rows << " x " << inputs << " x " << outputs;
        ASSERT_EQ(parity::multiply_by_output(tested(), matrix, bytes), "")
            << rows << " x " << inputs << " x " << outputs;
      }
    }
  }
}

// Blocks of rows and columns that are wider than what is done at once.
TEST_P(MatrixKernelsTest, WideAndTallShapes) {
  const auto bytes = random_bytes(3001, 4);
  for (const std::size_t rows : {1U, 3U, 4U, 130U, 257U}) {
    const parity::MatrixCase matrix{.rows = rows, .inputs = 21, .outputs = 1100, .stride = 7, .bias = true};
    ASSERT_EQ(parity::multiply(tested(), matrix, bytes), "") << rows;
  }
  for (const std::size_t rows : {32U, 33U, 70U}) {
    const parity::MatrixCase matrix{.rows = rows, .inputs = 99, .outputs = 70, .stride = 99};
    ASSERT_EQ(parity::multiply_by_output(tested(), matrix, bytes), "") << rows;
  }
}

// The largest sums that there can be.
TEST_P(MatrixKernelsTest, SumsDoNotSaturate) {
  for (const std::uint8_t byte : {std::uint8_t{0}, std::uint8_t{255}}) {
    for (const std::int32_t zero : {-256, 511}) {
      for (const std::size_t rows : {1U, 9U}) {
        const std::vector<std::uint8_t> x(kMostInputs, byte);
        const std::vector<std::uint8_t> bytes(kMostInputs * 16, static_cast<std::uint8_t>(zero < 0 ? 255 : 0));
        const std::vector<ByteScale> scales(rows, {.scale = 1, .zero = 255 - byte});
        const ByteWeights weights{
            .bytes = bytes.data(), .inputs = kMostInputs, .outputs = 16, .scale = 1, .zero = zero, .zero_fraction = 0};
        const ByteRows in{.bytes = x.data(), .stride = 0, .scales = scales.data(), .count = rows};
        std::vector<float> y(rows * 16);
        std::vector<float> y_by_output(rows * 16);
        struct alignas(kCacheLineBytes) Scratch {
          unsigned char bytes[multiply_scratch_bytes(kMostInputs)];
        };
        const auto scratch = std::make_unique<Scratch>();
        kernels().multiply(weights, in, nullptr, Finish::kStore, y.data(), 16, scratch->bytes);
        kernels().multiply_by_output(weights, in, y_by_output.data(), 16, scratch->bytes);
        const float exact =
            static_cast<float>(kMostInputs) * (byte == 0 ? -255.0F : 255.0F) * (zero < 0 ? 511.0F : -511.0F);
        EXPECT_EQ(y, std::vector<float>(rows * 16, exact));
        EXPECT_EQ(y_by_output, y);
      }
    }
  }
}

TEST_P(MatrixKernelsTest, AProductIsTheSumOfItsTerms) {
  const parity::MatrixCase matrix{.rows = 7,
                                  .inputs = 150,
                                  .outputs = 90,
                                  .stride = 33,
                                  .zero = 77,
                                  .zero_fraction = 0.25F,
                                  .bias = true,
                                  .finish = Finish::kAdd};
  const parity::MatrixProduct product(matrix, random_bytes(5000, 5));
  const auto y = product.multiplied(kernels());
  const auto before = product.y_before();
  const ByteWeights weights = product.weights();
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    const ByteScale scale = product.x().scales[row];
    for (std::size_t output = 0; output < matrix.outputs; ++output) {
      double sum = 0;
      for (std::size_t i = 0; i < matrix.inputs; ++i) {
        sum +=
            (product.x().bytes[row * matrix.stride + i] - scale.zero) *
            (weights.bytes[i * weights.outputs + output] - weights.zero - static_cast<double>(weights.zero_fraction));
      }
      const std::size_t at = row * product.y_stride() + output;
      const double wanted = sum * static_cast<double>(scale.scale) * static_cast<double>(weights.scale) +
                            product.bias()[output] + before[at];
      EXPECT_NEAR(y[at], wanted, 1e-6 * (std::abs(wanted) + 1000));
    }
  }
}

TEST_P(MatrixKernelsTest, BytesAreTheSameOnEveryInstructionSet) {
  for (std::size_t count = 0; count < 100; ++count) {
    auto x = noise(count, static_cast<unsigned>(count));
    for (const float odd : {0.0F, Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), Limits::max(),
                            Limits::lowest(), Limits::denorm_min(), -1e-20F, 1e20F}) {
      if (count > 0) x[count / 3] = odd;
      const auto bytes = std::as_bytes(std::span(x));
      ASSERT_EQ(parity::quantise(tested(), bytes, count % 7), "") << count << " with " << odd;
      for (const ByteScale scale : {ByteScale{0.02F, 131}, ByteScale{1e-12F, 0}, ByteScale{1e30F, 255}, ByteScale{0, 7},
                                    ByteScale{Limits::infinity(), 9}})
        ASSERT_EQ(parity::quantise_as(tested(), scale, bytes, count % 7), "") << count << " with " << odd;
    }
  }
}

TEST_P(MatrixKernelsTest, BytesStandForTheirNumbers) {
  for (const std::size_t count : {1U, 8U, 16U, 31U, 416U}) {
    for (const float shift : {0.0F, 2.0F, 10.0F, -10.0F}) {
      auto x = noise(count, 7);
      for (float& value : x) value += shift;
      std::vector<std::uint8_t> bytes(count);
      const ByteScale scale = kernels().quantise(x.data(), count, bytes.data());
      EXPECT_TRUE(scale.zero >= 0 && scale.zero <= 255);
      for (std::size_t i = 0; i < count; ++i)
        EXPECT_NEAR(scale.scale * static_cast<float>(bytes[i] - scale.zero), x[i], scale.scale * 1.001F);
    }
  }
}

TEST_P(MatrixKernelsTest, ZeroIsAlwaysExact) {
  for (const float other : {-3.0F, 5.0F, 0.0F}) {
    const std::vector<float> x{0, other, 0.1F, -0.0F};
    std::vector<std::uint8_t> bytes(x.size());
    const ByteScale scale = kernels().quantise(x.data(), x.size(), bytes.data());
    EXPECT_EQ(bytes[0], scale.zero);
    EXPECT_EQ(bytes[3], scale.zero);
  }
}

TEST_P(MatrixKernelsTest, RoundsToTheEvenByte) {
  const std::vector<float> x{0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 300, -300, Limits::quiet_NaN(), 3, -3};
  std::vector<std::uint8_t> bytes(x.size());
  kernels().quantise_as(x.data(), x.size(), {.scale = 1, .zero = 100}, bytes.data());
  EXPECT_EQ(bytes, (std::vector<std::uint8_t>{100, 102, 102, 100, 98, 255, 0, 100, 103, 97}));
}

TEST_P(MatrixKernelsTest, WhatIsNoNumberOrHasNoEndGivesNumbersStill) {
  const std::vector<float> x{1, Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), -1};
  std::vector<std::uint8_t> bytes(x.size());
  const ByteScale scale = kernels().quantise(x.data(), x.size(), bytes.data());
  EXPECT_TRUE(std::isfinite(scale.scale));
  EXPECT_EQ(bytes[0], scale.zero);
  EXPECT_EQ(bytes[1], scale.zero);
  EXPECT_GE(bytes[2], 254);
  EXPECT_LE(bytes[3], 1);
}

// One product for every number that GELU is asked for: x through a matrix of one weight.
TEST_P(MatrixKernelsTest, GeluIsRightOverItsWholeRange) {
  std::vector<float> bias;
  for (int i = -120'000; i <= 120'000; i += 7) bias.push_back(static_cast<float>(i) * 1e-4F);
  for (const float x : {0.0F, -0.0F, 1e-30F, 20.0F, -20.0F, 1e30F, -1e30F, Limits::max(), Limits::lowest()})
    bias.push_back(x);
  const std::vector<std::uint8_t> bytes(bias.size());
  const ByteScale scale{.scale = 1, .zero = 0};
  const std::uint8_t zero = 0;
  const ByteWeights weights{
      .bytes = bytes.data(), .inputs = 1, .outputs = bias.size(), .scale = 1, .zero = 0, .zero_fraction = 0};
  std::vector<float> y(bias.size());
  struct alignas(kCacheLineBytes) Scratch {
    unsigned char bytes[multiply_scratch_bytes(1)];
  } scratch;
  kernels().multiply(weights, {.bytes = &zero, .stride = 0, .scales = &scale, .count = 1}, bias.data(), Finish::kGelu,
                     y.data(), y.size(), scratch.bytes);
  for (std::size_t i = 0; i < y.size(); ++i)
    ASSERT_NEAR(y[i], parity::exact_gelu(bias[i]), 2e-7 + 1e-6 * std::abs(static_cast<double>(bias[i]))) << bias[i];
}

TEST_P(MatrixKernelsTest, AnyBytes) {
  EXPECT_TRUE(rc::check([this](const std::vector<std::uint8_t>& values, std::int8_t zero, bool bias) {
    const auto bytes = std::as_bytes(std::span(values));
    const auto inputs = *rc::gen::inRange<std::size_t>(0, 70);
    const parity::MatrixCase matrix{.rows = *rc::gen::inRange<std::size_t>(0, 9),
                                    .inputs = inputs,
                                    .outputs = *rc::gen::inRange<std::size_t>(0, 140),
                                    .stride = *rc::gen::inRange<std::size_t>(0, inputs + 2),
                                    .zero = zero + 127,
                                    .bias = bias,
                                    .finish = *rc::gen::element(Finish::kStore, Finish::kAdd, Finish::kGelu)};
    RC_ASSERT(parity::multiply(tested(), matrix, bytes).empty());
    RC_ASSERT(parity::multiply_by_output(tested(), matrix, bytes).empty());
    RC_ASSERT(parity::quantise(tested(), bytes, inputs % 9).empty());
  }));
}

INSTANTIATE_TEST_SUITE_P(Isas, MatrixKernelsTest, testing::ValuesIn(tested_kernels()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace voicestand::simd
