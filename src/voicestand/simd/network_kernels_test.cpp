#include "voicestand/simd/network_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
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

class NetworkKernelsTest : public testing::TestWithParam<TestedKernels> {
 protected:
  const NetworkKernels& kernels_ = GetParam().kernels.network;
};

// A layer with weights of its own; `at` says how far its rows are from any alignment.
struct Layer {
  Layer(std::size_t row_count, std::size_t input_count, std::size_t block_count)
      : rows(row_count),
        inputs(input_count),
        blocks(block_count),
        outputs(blocks * kBlockSums / rows),
        bias(noise(outputs, 1)),
        x(noise(kAt + rows * (inputs + 3), 2)) {
    const auto numbers = noise(outputs * inputs, 3);
    lines.resize(numbers.size() / 16 + 1);
    std::ranges::copy(numbers, weights());
  }

  float* weights() { return lines.data()->numbers; }
  float* input(std::size_t row) { return x.data() + kAt + row * (inputs + 3); }

  std::vector<float> apply(const NetworkKernels& kernels, bool rectify) {
    std::vector<float> y(kAt + rows * (outputs + 1) + 1, 77.0F);
    kernels.dense({.rows = rows,
                   .inputs = inputs,
                   .blocks = blocks,
                   .weights = weights(),
                   .bias = bias.data(),
                   .rectify = rectify},
                  input(0), inputs + 3, y.data() + kAt, outputs + 1);
    std::vector<float> result;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto begin = y.begin() + static_cast<std::ptrdiff_t>(kAt + row * (outputs + 1));
      result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(outputs));
      EXPECT_EQ(begin[static_cast<std::ptrdiff_t>(outputs)], 77.0F) << "written past a row's end";
    }
    return result;
  }

  double expected(std::size_t row, std::size_t output) {
    const std::size_t columns = kBlockSums / rows;
    const float* const column = weights() + output / columns * inputs * columns + output % columns;
    double sum = bias[output];
    for (std::size_t i = 0; i < inputs; ++i) sum += static_cast<double>(input(row)[i]) * column[i * columns];
    return sum;
  }

  static constexpr std::size_t kAt = 1;
  struct alignas(64) Line {
    float numbers[16];
  };
  std::size_t rows, inputs, blocks, outputs;
  std::vector<float> bias, x;
  std::vector<Line> lines;
};

TEST_P(NetworkKernelsTest, ADenseLayerIsItsSums) {
  for (const std::size_t rows : {1U, 2U, 4U}) {
    for (const std::size_t inputs : {0U, 1U, 2U, 3U, 7U, 16U, 129U, 387U}) {
      for (const std::size_t blocks : {1U, 2U, 5U}) {
        Layer layer(rows, inputs, blocks);
        const auto sums = layer.apply(kernels_, false);
        const auto rectified = layer.apply(kernels_, true);
        for (std::size_t i = 0; i < sums.size(); ++i) {
          const double expected = layer.expected(i / layer.outputs, i % layer.outputs);
          ASSERT_NEAR(sums[i], expected, 1e-6 * std::sqrt(static_cast<double>(inputs + 1)) * 3)
              << rows << " x " << inputs;
          ASSERT_EQ(rectified[i], std::max(sums[i], 0.0F));
        }
      }
    }
  }
}

TEST_P(NetworkKernelsTest, WhatIsNoNumberStaysInItsRow) {
  for (const std::size_t rows : {1U, 2U, 4U}) {
    for (const float poison : {kNan, kInfinity, -kInfinity}) {
      Layer layer(rows, 5, 2);
      std::fill_n(layer.weights(), layer.outputs * layer.inputs, 1.0F);
      layer.input(0)[4] = poison;
      const auto sums = layer.apply(kernels_, false);
      const auto rectified = layer.apply(kernels_, true);
      for (std::size_t i = 0; i < sums.size(); ++i) {
        if (i >= layer.outputs) {
          EXPECT_TRUE(std::isfinite(sums[i]));
        } else if (std::isnan(poison)) {
          EXPECT_TRUE(std::isnan(sums[i]) && std::isnan(rectified[i]));
        } else {
          EXPECT_EQ(sums[i], poison);
          EXPECT_EQ(rectified[i], std::max(poison, 0.0F));
        }
      }
    }
  }
}

TEST_P(NetworkKernelsTest, DenormalInputsCountForWhatTheyAre) {
  Layer layer(4, 9, 1);
  for (auto& x : layer.x) x *= 1e-39F;
  std::ranges::fill(layer.bias, 0.0F);
  const auto sums = layer.apply(kernels_, false);
  for (std::size_t i = 0; i < sums.size(); ++i)
    EXPECT_NEAR(sums[i], layer.expected(i / layer.outputs, i % layer.outputs), 1e-44);
}

// One number through a cell whose gates are open or shut: what is left is one function of it.
enum class Through { kTanh, kLogistic };
std::vector<float> through(const NetworkKernels& kernels, Through function, const std::vector<float>& x) {
  const std::size_t units = x.size();
  const bool logistic = function == Through::kLogistic;
  std::vector<float> gates(4 * units, kInfinity);
  std::ranges::copy(x, gates.begin() + static_cast<std::ptrdiff_t>(logistic ? 0 : 2 * units));
  std::fill_n(gates.begin() + static_cast<std::ptrdiff_t>(units), units, -kInfinity);
  std::vector<float> cell(units), hidden(units);
  kernels.lstm_cell(gates.data(), cell.data(), hidden.data(), units);
  return cell;
}

TEST_P(NetworkKernelsTest, TanhAndLogisticAreRightOverTheirWholeRange) {
  std::vector<float> x;
  for (int i = -120'000; i <= 120'000; ++i) x.push_back(static_cast<float>(i) * 1e-4F);
  for (int eighth = -800; eighth <= 800; ++eighth) {
    const float magnitude = std::exp2(static_cast<float>(eighth) / 8);
    x.insert(x.end(), {magnitude, -magnitude});
  }
  x.insert(x.end(), {0.0F, 9.0F, -9.0F, 1e38F, -1e38F, kInfinity, -kInfinity});
  const auto tanh = through(kernels_, Through::kTanh, x);
  const auto logistic = through(kernels_, Through::kLogistic, x);
  double tanh_error = 0, logistic_error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact = std::tanh(static_cast<double>(x[i]));
    if (exact != 0)
      tanh_error = std::max(tanh_error, std::abs(tanh[i] / exact - 1));
    else
      EXPECT_EQ(tanh[i], 0.0F);
    logistic_error = std::max(logistic_error, std::abs(logistic[i] - 1 / (1 + std::exp(-static_cast<double>(x[i])))));
    ASSERT_LE(std::abs(tanh[i]), 1.0F) << x[i];
    ASSERT_TRUE(logistic[i] >= 0 && logistic[i] <= 1) << x[i];
  }
  EXPECT_LE(tanh_error, 4e-7);
  EXPECT_LE(logistic_error, 3e-7);
}

TEST_P(NetworkKernelsTest, WhatIsNoNumberComesThroughTheCell) {
  EXPECT_TRUE(std::isnan(through(kernels_, Through::kTanh, {1.0F, kNan})[1]));
  EXPECT_TRUE(std::isnan(through(kernels_, Through::kLogistic, {1.0F, kNan})[1]));
}

TEST_P(NetworkKernelsTest, ACellOfAnySizeRemembersAndForgets) {
  for (std::size_t units = 0; units < 70; ++units) {
    const auto gates = noise(4 * units + 1, 4, 6);
    const auto before = noise(units + 2, 5, 3);
    auto cell = before;
    std::vector<float> hidden(units + 2, 77.0F);
    const float* const at = gates.data() + 1;
    kernels_.lstm_cell(at, cell.data() + 1, hidden.data() + 1, units);
    const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
    for (std::size_t i = 0; i < units; ++i) {
      const double remembered = logistic(at[units + i]) * static_cast<double>(before[i + 1]) +
                                logistic(at[i]) * std::tanh(static_cast<double>(at[2 * units + i]));
      EXPECT_NEAR(cell[i + 1], remembered, 1e-6);
      EXPECT_NEAR(hidden[i + 1], logistic(at[3 * units + i]) * std::tanh(remembered), 1e-6);
    }
    EXPECT_EQ(cell.front(), before.front());
    EXPECT_EQ(cell.back(), before.back());
    EXPECT_EQ(hidden.front(), 77.0F);
    EXPECT_EQ(hidden.back(), 77.0F);
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, NetworkKernelsTest, testing::ValuesIn(tested_kernels()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace voicestand::simd
