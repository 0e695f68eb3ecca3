#include "voicestand/simd/product_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/simd/kernels_test_tables.h"

namespace voicestand::simd {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// rows x columns numbers, row by row, with `gap` numbers between rows.
struct Matrix {
  std::size_t rows, columns, stride;
  std::vector<float> numbers;

  Matrix(std::size_t row_count, std::size_t column_count, std::size_t gap)
      : rows(row_count), columns(column_count), stride(columns + gap), numbers(rows * stride, 0.0F) {}
  static Matrix noise(std::size_t rows, std::size_t columns, unsigned seed, std::size_t gap = 0) {
    Matrix matrix(rows, columns, gap);
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> values(-1, 1);
    std::ranges::generate(matrix.numbers, [&] { return values(random); });
    return matrix;
  }
  float& at(std::size_t row, std::size_t column) { return numbers[row * stride + column]; }
  const float& at(std::size_t row, std::size_t column) const { return numbers[row * stride + column]; }
};

class ProductKernelsTest : public testing::TestWithParam<TestedKernels> {
 protected:
  Matrix multiply(const Matrix& a, const Matrix& b, float factor = 1) const {
    Matrix c(a.rows, b.columns, 3);
    kernels_.multiply({.a = a.numbers.data(),
                       .a_stride = a.stride,
                       .b = b.numbers.data(),
                       .b_stride = b.stride,
                       .c = c.numbers.data(),
                       .c_stride = c.stride,
                       .rows = a.rows,
                       .inner = a.columns,
                       .columns = b.columns,
                       .factor = factor});
    return c;
  }
  Matrix transposed(const Matrix& a) const {
    Matrix b(a.columns, a.rows, 1);
    kernels_.transpose(a.numbers.data(), a.stride, a.rows, a.columns, b.numbers.data(), b.stride);
    return b;
  }
  static double exact(const Matrix& a, const Matrix& b, std::size_t row, std::size_t column) {
    double sum = 0;
    for (std::size_t i = 0; i < a.columns; ++i) sum += static_cast<double>(a.at(row, i)) * b.at(i, column);
    return sum;
  }

  const ProductKernels& kernels_ = GetParam().kernels.product;
};

TEST_P(ProductKernelsTest, TheShapesOfAttentionAreTheirSums) {
  struct Case {
    std::size_t rows, inner, columns;
  };
  for (const Case& shape : {Case{167, 52, 167}, Case{31, 36, 401}, Case{167, 167, 52}, Case{13, 800, 36},
                            Case{1, 52, 803}, Case{1, 803, 36}, Case{9, 1500, 20}, Case{40, 127, 288}}) {
    const auto a = Matrix::noise(shape.rows, shape.inner, 1, 5);
    const auto b = Matrix::noise(shape.inner, shape.columns, 2, 1);
    const auto c = multiply(a, b, 0.125F);
    const double error = 1e-7 + 1e-8 * static_cast<double>(shape.inner);
    for (std::size_t row = 0; row < c.rows; ++row) {
      for (std::size_t column = 0; column < c.columns; ++column)
        ASSERT_NEAR(c.at(row, column), 0.125 * exact(a, b, row, column), error) << row << ", " << column;
      for (std::size_t gap = c.columns; gap < c.stride; ++gap) ASSERT_EQ(c.at(row, gap), 0.0F) << "between the rows";
    }
  }
}

TEST_P(ProductKernelsTest, WindowsOverOneAnotherAreRowsToo) {
  constexpr std::size_t kStep = 64, kWindow = 127, kRows = 20, kColumns = 40;
  const auto samples = Matrix::noise(1, (kRows - 1) * kStep + kWindow, 3);
  const auto b = Matrix::noise(kWindow, kColumns, 4);
  Matrix a(kRows, kWindow, 0);
  for (std::size_t row = 0; row < kRows; ++row)
    std::copy_n(samples.numbers.data() + row * kStep, kWindow, a.numbers.data() + row * a.stride);
  const auto expected = multiply(a, b);
  Matrix c(kRows, kColumns, 3);
  kernels_.multiply({.a = samples.numbers.data(),
                     .a_stride = kStep,
                     .b = b.numbers.data(),
                     .b_stride = b.stride,
                     .c = c.numbers.data(),
                     .c_stride = c.stride,
                     .rows = kRows,
                     .inner = kWindow,
                     .columns = kColumns,
                     .factor = 1});
  EXPECT_EQ(c.numbers, expected.numbers);
}

TEST_P(ProductKernelsTest, WhatIsNoNumberStaysInItsRowOrColumn) {
  for (const std::size_t rows : {1U, 4U, 11U}) {
    for (const std::size_t columns : {4U, 20U, 52U, 67U}) {
      for (const float poison : {kNan, kInfinity}) {
        auto a = Matrix::noise(rows, 33, 5);
        auto b = Matrix::noise(33, columns, 6);
        a.at(rows / 2, 17) = poison;
        b.at(32, columns - 1) = poison;
        const auto c = multiply(a, b);
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::size_t column = 0; column < columns; ++column)
            ASSERT_EQ(std::isfinite(c.at(row, column)), row != rows / 2 && column + 1 != columns) << rows << columns;
        }
      }
    }
  }
}

TEST_P(ProductKernelsTest, NoInnerDimensionIsAllZeros) {
  const float nothing[32] = {};
  for (const std::size_t rows : {1U, 5U}) {
    Matrix c(rows, 20, 0);
    std::ranges::fill(c.numbers, 77.0F);
    kernels_.multiply({.a = nothing,
                       .a_stride = 0,
                       .b = nothing,
                       .b_stride = 20,
                       .c = c.numbers.data(),
                       .c_stride = 20,
                       .rows = rows,
                       .inner = 0,
                       .columns = 20,
                       .factor = 3});
    EXPECT_EQ(c.numbers, std::vector<float>(rows * 20, 0.0F));
  }
}

TEST_P(ProductKernelsTest, OneTimesAMatrixIsTheMatrix) {
  EXPECT_TRUE(rc::check([this] {
    const auto inner = *rc::gen::inRange<std::size_t>(1, 300);
    const auto columns = *rc::gen::inRange<std::size_t>(1, 90);
    const auto rows = *rc::gen::inRange<std::size_t>(1, 20);
    const auto b = Matrix::noise(inner, columns, static_cast<unsigned>(inner + columns), columns % 3);
    Matrix a(rows, inner, rows % 2);
    for (std::size_t row = 0; row < rows; ++row) a.at(row, (7 * row) % inner) = 1;
    const auto c = multiply(a, b, 2);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column)
        RC_ASSERT(c.at(row, column) == 2 * b.at((7 * row) % inner, column));
    }
  }));
}

TEST_P(ProductKernelsTest, TheTransposeOfAProductIsThatOfTheTransposes) {
  EXPECT_TRUE(rc::check([this] {
    const auto size = rc::gen::inRange<std::size_t>(1, 70);
    const auto a = Matrix::noise(*size, *size, 1);
    const auto b = Matrix::noise(a.columns, *size, 2);
    const auto one = transposed(multiply(a, b));
    const auto other = multiply(transposed(b), transposed(a));
    for (std::size_t row = 0; row < one.rows; ++row) {
      for (std::size_t column = 0; column < one.columns; ++column)
        RC_ASSERT(std::abs(one.at(row, column) - other.at(row, column)) < 1e-5F);
    }
  }));
}

TEST_P(ProductKernelsTest, TheTransposeHasEveryNumberInItsPlace) {
  for (const std::size_t rows : {1U, 8U, 15U, 16U, 40U, 167U}) {
    for (const std::size_t columns : {1U, 4U, 16U, 36U, 52U}) {
      auto a = Matrix(rows, columns, 2);
      for (std::size_t i = 0; i < a.numbers.size(); ++i) a.numbers[i] = static_cast<float>(i);
      const auto b = transposed(a);
      for (std::size_t i = 0; i < rows * columns; ++i)
        ASSERT_EQ(b.at(i % columns, i / columns), a.at(i / columns, i % columns)) << rows << " x " << columns;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, ProductKernelsTest, testing::ValuesIn(tested_kernels()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace voicestand::simd
