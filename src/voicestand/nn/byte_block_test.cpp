#include "voicestand/nn/byte_block.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::nn {
namespace {

constexpr std::size_t kInputs = 70;
constexpr std::size_t kOutputs = 33;
constexpr std::size_t kRows = 9;

class ByteBlockTest : public testing::TestWithParam<simd::TestedKernels> {
 protected:
  ByteBlockTest() : block_({.rows = kRows, .width = kInputs, .apart = 2, .members = 2}, GetParam().kernels) {
    Arena counting;
    block_.place(counting);
    arena_ = Arena(counting.bytes());
    block_.place(arena_);
    bytes_.resize(kInputs * kOutputs);
    for (std::uint8_t& byte : bytes_) byte = static_cast<std::uint8_t>(random_());
    linear_.weights = {.bytes = bytes_.data(),
                       .inputs = kInputs,
                       .outputs = kOutputs,
                       .scale = 0.002F,
                       .zero = 121,
                       .zero_fraction = 0.5F};
    linear_.bias = normal(kOutputs);
    norm_ = normal(kInputs);
    rows_ = normal(kRows * kInputs);
    // In most rows the same two are loud.
    for (std::size_t row = 0; row < kRows; ++row) {
      rows_[row * kInputs + 13] = 40;
      rows_[row * kInputs + (row == 4 ? 64 : 51)] = -30;
    }
  }

  std::vector<float> normal(std::size_t count) {
    std::normal_distribution<float> distribution;
    std::vector<float> numbers(count);
    for (float& number : numbers) number = distribution(random_);
    return numbers;
  }

  [[nodiscard]] ByteBlock::Rows rows(std::size_t first = 0, std::size_t count = kRows) const {
    return {.x = rows_.data() + first * kInputs, .stride = kInputs, .count = count};
  }

  std::vector<float> multiplied(simd::Finish finish, std::size_t count = kRows) {
    std::vector<float> y(count * kOutputs, 0.5F);
    block_.multiply(0, count, product(finish, y));
    return y;
  }

  ByteBlock::Product product(simd::Finish finish, std::vector<float>& y) {
    return {.linear = linear_, .bias = linear_.bias_or_null(), .finish = finish, .y = y.data()};
  }

  // The largest error of a product, the bias left out.
  double error(const std::vector<float>& y) const {
    double worst = 0;
    for (std::size_t row = 0; row < kRows; ++row) {
      for (std::size_t output = 0; output < kOutputs; ++output) {
        double sum = static_cast<double>(linear_.bias[output]);
        for (std::size_t i = 0; i < kInputs; ++i)
          sum += static_cast<double>(rows_[row * kInputs + i]) * 0.002 * (bytes_[i * kOutputs + output] - 121.5);
        worst = std::max(worst, std::abs(static_cast<double>(y[row * kOutputs + output]) - sum));
      }
    }
    return worst;
  }

  std::mt19937 random_{1};
  std::vector<std::uint8_t> bytes_;
  Linear linear_;
  std::vector<float> norm_;
  std::vector<float> rows_;
  ByteBlock block_;
  Arena arena_;
};

TEST_P(ByteBlockTest, WhatIsLoudDoesNotDrownTheRest) {
  block_.begin(kInputs, ByteBlock::Loudest::kInBytes);
  block_.take(0, rows());
  const double whole = error(multiplied(simd::Finish::kStore));
  block_.begin(kInputs, ByteBlock::Loudest::kApart);
  block_.take(0, rows());
  const double apart = error(multiplied(simd::Finish::kStore));
  EXPECT_LT(whole, 0.4);
  EXPECT_LT(apart, 0.04);
}

TEST_P(ByteBlockTest, FinishesAsAWholeProductWould) {
  block_.begin(kInputs, ByteBlock::Loudest::kApart);
  block_.take(0, rows());
  const auto product = multiplied(simd::Finish::kStore);
  const auto added = multiplied(simd::Finish::kAdd);
  const auto curved = multiplied(simd::Finish::kGelu);
  for (std::size_t i = 0; i < product.size(); ++i) {
    const auto x = static_cast<double>(product[i]);
    EXPECT_NEAR(added[i], x + 0.5, 1e-5);
    EXPECT_NEAR(curved[i], x / 2 * (1 + std::erf(x / std::sqrt(2.0))), 1e-5);
  }
}

TEST_P(ByteBlockTest, NormsOnItsWay) {
  auto normed = rows_;
  for (std::size_t row = 0; row < kRows; ++row) {
    float* const x = normed.data() + row * kInputs;
    GetParam().kernels.layer.layer_norm(x, norm_.data(), kInputs, x);
  }
  block_.begin(kInputs, ByteBlock::Loudest::kApart);
  block_.take(0, rows(), norm_.data());
  const auto y = multiplied(simd::Finish::kGelu);
  rows_ = normed;
  block_.take(0, rows());
  EXPECT_EQ(multiplied(simd::Finish::kGelu), y);
}

TEST_P(ByteBlockTest, ARowIsTheSameAloneAndByAnotherMember) {
  for (const auto loudest : {ByteBlock::Loudest::kInBytes, ByteBlock::Loudest::kApart}) {
    block_.begin(kInputs, loudest);
    block_.take(0, rows());
    const auto together = multiplied(simd::Finish::kGelu);
    std::vector<float> part(4 * kOutputs);
    block_.take(3, rows(3, 4), nullptr, 1);
    block_.multiply(3, 4, product(simd::Finish::kGelu, part), 1);
    EXPECT_TRUE(std::equal(part.begin(), part.end(), together.begin() + 3 * kOutputs));
    for (std::size_t row = 0; row < kRows; ++row) {
      block_.take(0, rows(row, 1));
      const auto alone = multiplied(simd::Finish::kGelu, 1);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<long>(row * kOutputs)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, ByteBlockTest, testing::ValuesIn(simd::tested_kernels()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace voicestand::nn
