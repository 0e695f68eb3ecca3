#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "voicestand/simd/kernels_test_parity.h"

// The kernels of products and layers held against double precision, for tests by example, by property and by fuzzing.
// Each function says where the results differ; nothing where they do not.
namespace voicestand::simd::parity {

struct Shape {
  std::size_t rows, inner, columns;
};

// Both operands are of the numbers again and again, c has two numbers of margin between its rows.
inline std::string multiply(const Kernels& tested, const Shape& shape, float factor, Bytes bytes, std::size_t offset) {
  const auto numbers = values_of<float>(bytes);
  if (numbers.empty() || !std::isfinite(factor)) return "";
  factor = std::clamp(factor, -4.0F, 4.0F);
  std::size_t next = 0;
  const auto matrix = [&](std::size_t rows, std::size_t stride, std::size_t columns) {
    std::vector<float> all(offset + (rows == 0 ? 0 : (rows - 1) * stride + columns));
    for (float& number : all) number = numbers[next++ % numbers.size()];
    return all;
  };
  const std::size_t a_stride = shape.inner + offset % 3;
  const std::size_t b_stride = shape.columns + offset % 2;
  const std::size_t c_stride = shape.columns + 2;
  const auto a = matrix(shape.rows, a_stride, shape.inner);
  const auto b = matrix(shape.inner, b_stride, shape.columns);
  Guarded<float> got(shape.rows * c_stride, offset);
  std::fill_n(got.data(), shape.rows * c_stride, 55.0F);
  tested.product.multiply({.a = a.data() + offset,
                           .a_stride = a_stride,
                           .b = b.data() + offset,
                           .b_stride = b_stride,
                           .c = got.data(),
                           .c_stride = c_stride,
                           .rows = shape.rows,
                           .inner = shape.inner,
                           .columns = shape.columns,
                           .factor = factor});
  for (std::size_t row = 0; row < shape.rows; ++row) {
    for (std::size_t column = 0; column < c_stride; ++column) {
      const float sum = got[row * c_stride + column];
      if (column >= shape.columns) {
        if (sum != 55.0F) return "written between the rows";
        continue;
      }
      double exact = 0, magnitude = 0;
      for (std::size_t i = 0; i < shape.inner; ++i) {
        const double term = static_cast<double>(a[offset + row * a_stride + i]) * b[offset + i * b_stride + column];
        exact += term;
        magnitude += magnitude_of(term);
      }
      if (!is_sum(sum, exact * factor, 4 * magnitude, shape.inner + 1))
        return Guarded<float>::at(row * c_stride + column, sum, exact * factor);
    }
  }
  return got.intact() ? "" : "written past the end";
}

inline std::string transpose(const Kernels& tested, std::size_t rows, Bytes bytes, std::size_t offset) {
  const auto numbers = values_of<float>(bytes);
  const std::size_t stride = rows == 0 ? 0 : numbers.size() / rows;
  const std::size_t columns = stride - std::min(stride, offset % 3);
  Guarded<float> got(columns * (rows + 1), offset);
  Guarded<float> wanted(columns * (rows + 1), offset);
  tested.product.transpose(numbers.data(), stride, rows, columns, got.data(), rows + 1);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column)
      wanted.data()[column * (rows + 1) + row] = numbers[row * stride + column];
  }
  return got.difference(wanted);
}

// `near` says whether the kernel's result is right at a place.
using Near = std::function<bool(std::size_t, float)>;

// The results of `apply` to numbers that begin `offset` numbers into their memory and end with it.
inline std::string in_place(std::vector<float> numbers, std::size_t offset, const std::function<void(float*)>& apply,
                            const Near& near) {
  Guarded<float> got(numbers, offset);
  apply(got.data());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!near(i, got[i]))
      return "of " + std::to_string(numbers[i]) + ": [" + std::to_string(i) + "] is " + std::to_string(got[i]);
  }
  if (!got.intact()) return "written past the end";
  numbers.insert(numbers.begin(), offset, 77.0F);
  apply(numbers.data() + offset);  // where a sanitizer sees the end
  for (std::size_t i = 0; i + offset < numbers.size(); ++i) {
    if (!same_bits(numbers[i + offset], got[i]))
      return "elsewhere " + Guarded<float>::at(i, numbers[i + offset], got[i]);
  }
  return "";
}

inline bool within(float got, double wanted, double tolerance) {
  if (std::isnan(wanted)) return std::isnan(got);
  return got == wanted || std::abs(got - wanted) <= tolerance;
}

// Of numbers that are not so large that their squares are none.
inline std::string layer_norm(const Kernels& tested, Bytes bytes, std::size_t offset) {
  auto numbers = values_of<float>(bytes);
  const std::size_t count = numbers.size() / 2;
  for (float& number : numbers) {
    if (std::isfinite(number)) number = std::clamp(number, -1e3F, 1e3F);
  }
  const std::vector<float> x(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(count));
  const std::vector<float> weight(numbers.end() - static_cast<std::ptrdiff_t>(count), numbers.end());
  double mean = 0, variance = 0, largest = 0;
  for (const float value : x) mean += value / static_cast<double>(count);
  for (const float value : x) {
    variance += std::pow(value - mean, 2) / static_cast<double>(count);
    largest = std::max(largest, magnitude_of(value));
  }
  const double scale = 1 / std::sqrt(variance + 1e-5);
  return in_place(
      x, offset, [&](float* at) { tested.layer.layer_norm(at, weight.data(), count, at); },
      [&](std::size_t i, float got) {
        const double wanted = std::isfinite(variance) ? (x[i] - mean) * scale * weight[i] : std::nan("");
        // An infinite weight shows whether a number is the mean to the last bit.
        if (std::isinf(weight[i]) && std::isfinite(variance)) return !std::isfinite(got);
        const double error =
            1e-6 * std::abs(x[i] - mean) + 4e-7 * std::sqrt(static_cast<double>(count)) * largest + 3e-45;
        return within(got, wanted, error * scale * std::abs(weight[i]) + 1e-44);
      });
}

inline std::string softmax(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto x = values_of<float>(bytes);
  const auto count = static_cast<double>(x.size());
  float most = -std::numeric_limits<float>::infinity();
  for (const float value : x) most = std::max(most, std::isnan(value) ? most : value);
  const auto exponential = [=](float value) { return std::exp(static_cast<double>(value - most)); };
  double sum = 0;
  for (const float value : x) sum += exponential(value);
  return in_place(
      x, offset, [&](float* at) { tested.layer.softmax(at, x.size()); },
      [&](std::size_t i, float got) {
        const double wanted = exponential(x[i]) / sum;
        return within(got, wanted, (6e-7 + 6e-8 * count) * wanted + 1.2e-38);
      });
}

inline std::string gelu(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto x = values_of<float>(bytes);
  return in_place(
      x, offset, [&](float* at) { tested.layer.gelu(at, x.size()); },
      [&](std::size_t i, float got) {
        const double exact = x[i] / 2.0 * std::erfc(-x[i] / std::numbers::sqrt2);
        return within(got, x[i] < -5.5F ? 0 : exact, 2e-7 + 1e-6 * magnitude_of(x[i]));
      });
}

inline std::string silu_gate(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto numbers = values_of<float>(bytes);
  const std::size_t count = numbers.size() / 2;
  const std::vector<float> up(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(count));
  const std::vector<float> gate(numbers.end() - static_cast<std::ptrdiff_t>(count), numbers.end());
  const auto near = [&](std::size_t i, float got) {
    const double opened = gate[i] / (1 + std::exp(-static_cast<double>(gate[i])));
    const double wanted = up[i] * opened;
    if (std::isfinite(wanted) && std::abs(wanted) > std::numeric_limits<float>::max()) return std::isinf(got);
    const double unseen = 2e-38 * (1 + std::abs(gate[i]));  // of which 0 may have become
    if (std::isinf(up[i]) && std::abs(opened) <= unseen) return !std::isfinite(got);
    return within(got, wanted, 1e-6 * std::abs(wanted) + std::abs(up[i]) * unseen + 2e-45);
  };
  auto found = in_place(up, offset, [&](float* at) { tested.layer.silu_gate(at, gate.data(), count, at); }, near);
  if (!found.empty()) return found;
  return in_place(gate, offset, [&](float* at) { tested.layer.silu_gate(up.data(), at, count, at); }, near);
}

inline std::string hyperbolic_tangent(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto x = values_of<float>(bytes);
  return in_place(
      x, offset, [&](float* at) { tested.layer.tanh(at, x.size(), at); },
      [&](std::size_t i, float got) {
        const double wanted = std::tanh(static_cast<double>(x[i]));
        return within(got, wanted, 4e-7 * std::abs(wanted) + 1.5e-45);
      });
}

inline std::string rotate_pairs(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto numbers = values_of<float>(bytes);
  const std::size_t pairs = numbers.size() / 4;
  const float* const cosines = numbers.data() + numbers.size() - 2 * pairs;
  const float* const sines = cosines + pairs;
  const std::vector<float> x(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(2 * pairs));
  return in_place(
      x, offset, [&](float* at) { tested.layer.rotate_pairs(at, cosines, sines, pairs); },
      [&](std::size_t i, float got) {
        const double own = static_cast<double>(x[i]) * cosines[i / 2];
        const double other = (i % 2 == 0 ? -1.0 : 1.0) * x[i ^ 1U] * sines[i / 2];
        return is_sum(got, own + other, magnitude_of(own) + magnitude_of(other), 2);
      });
}

}  // namespace voicestand::simd::parity
