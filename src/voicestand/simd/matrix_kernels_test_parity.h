#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "voicestand/simd/kernels_test_parity.h"

// As kernels_test_parity.h, for products with matrices of bytes.
namespace voicestand::simd::parity {

struct MatrixCase {
  std::size_t rows = 1;
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::size_t stride = 0;  // of the rows of x, less than `inputs` where they overlap
  std::int32_t zero = 128;
  float zero_fraction = 0;
  bool bias = false;
  Finish finish = Finish::kStore;
  std::size_t offset = 0;  // of the weights from any alignment
};

// Everything that a product reads and writes, in memory that ends with it.
class MatrixProduct {
 public:
  // What there is of `bytes` fills x and the weights, again and again.
  MatrixProduct(const MatrixCase& matrix, Bytes bytes) : case_(matrix) {
    std::size_t next = 0;
    const auto byte = [&]() -> std::uint8_t {
      if (bytes.empty()) return 0;
      const auto turn = static_cast<std::uint8_t>(next / bytes.size() * 41);
      return static_cast<std::uint8_t>(static_cast<std::uint8_t>(bytes[next++ % bytes.size()]) + turn);
    };
    for (std::size_t row = 0; row < case_.rows; ++row)
      scales_.push_back({.scale = 0.25F + static_cast<float>(byte()) / 97, .zero = byte()});
    if (case_.rows > 0) x_.resize((case_.rows - 1) * case_.stride + case_.inputs);
    weights_.reserve(1);  // no weights lie somewhere as well
    weights_.resize(case_.offset + case_.inputs * case_.outputs);
    for (std::uint8_t& value : x_) value = byte();
    for (std::uint8_t& value : weights_) value = byte();
    for (std::size_t output = 0; output < case_.outputs && case_.bias; ++output)
      bias_.push_back(static_cast<float>(byte()) - 100);
  }

  [[nodiscard]] ByteWeights weights() const {
    return {.bytes = weights_.data() + case_.offset,
            .inputs = case_.inputs,
            .outputs = case_.outputs,
            .scale = 0.0039F,
            .zero = case_.zero,
            .zero_fraction = case_.zero_fraction};
  }
  [[nodiscard]] ByteRows x() const {
    return {.bytes = x_.data(), .stride = case_.stride, .scales = scales_.data(), .count = case_.rows};
  }
  [[nodiscard]] const float* bias() const { return case_.bias ? bias_.data() : nullptr; }

  // Rows lie apart by one more than they have numbers: between them nothing may be written.
  [[nodiscard]] std::size_t y_stride() const { return case_.outputs + 1; }
  [[nodiscard]] std::vector<float> y_before() const {
    std::vector<float> y(case_.rows * y_stride());
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<float>(i % 19) - 9;
    return y;
  }
  [[nodiscard]] Guarded<float> multiplied(const MatrixKernels& kernels) const {
    Guarded<float> y(y_before(), case_.offset % 5);
    auto scratch = scratch_of();
    kernels.multiply(weights(), x(), bias(), case_.finish, y.data(), y_stride(), scratch.data()->bytes);
    return y;
  }
  [[nodiscard]] Guarded<float> multiplied_by_output(const MatrixKernels& kernels) const {
    Guarded<float> y(y_before(), case_.offset % 5);
    auto scratch = scratch_of();
    kernels.multiply_by_output(weights(), x(), y.data(), y_stride(), scratch.data()->bytes);
    return y;
  }

 private:
  struct alignas(kCacheLineBytes) Line {
    unsigned char bytes[kCacheLineBytes];
  };
  static_assert(multiply_scratch_bytes(1) % sizeof(Line) == 0);
  [[nodiscard]] std::vector<Line> scratch_of() const {
    return std::vector<Line>(multiply_scratch_bytes(case_.inputs) / sizeof(Line), Line{{0xA5, 0x5A}});
  }

  MatrixCase case_;
  std::vector<ByteScale> scales_;
  std::vector<std::uint8_t> x_;
  std::vector<std::uint8_t> weights_;
  std::vector<float> bias_;
};

inline double exact_gelu(double x) {
  return x / 2 * std::erfc(-x / std::sqrt(2.0));
}

inline std::string multiply(const Kernels& tested, MatrixCase matrix, Bytes bytes) {
  const MatrixProduct product(matrix, bytes);
  const auto got = product.multiplied(tested.matrix);
  if (matrix.finish != Finish::kGelu) return got.difference(product.multiplied(scalar().matrix));
  matrix.finish = Finish::kStore;
  const auto before = MatrixProduct(matrix, bytes).multiplied(scalar().matrix);
  for (std::size_t i = 0; i < matrix.rows * product.y_stride(); ++i) {
    const double x = before[i];
    const bool between_rows = i % product.y_stride() == matrix.outputs;
    const double wanted = between_rows ? x : exact_gelu(x);
    if (!(std::abs(got[i] - wanted) <= (between_rows ? 0 : 2e-7 + 1e-6 * std::abs(x))))
      return Guarded<float>::at(i, got[i], wanted);
  }
  return got.intact() ? "" : "written past the end";
}

inline std::string multiply_by_output(const Kernels& tested, MatrixCase matrix, Bytes bytes) {
  matrix.zero_fraction = 0;
  const MatrixProduct product(matrix, bytes);
  return product.multiplied_by_output(tested.matrix).difference(product.multiplied_by_output(scalar().matrix));
}

inline std::string quantise(const Kernels& tested, Bytes bytes, std::size_t offset) {
  const auto x = values_of<float>(bytes);
  Guarded<std::uint8_t> got(x.size(), offset);
  Guarded<std::uint8_t> wanted(x.size(), offset);
  const ByteScale scale = tested.matrix.quantise(x.data(), x.size(), got.data());
  const ByteScale wanted_scale = scalar().matrix.quantise(x.data(), x.size(), wanted.data());
  if (!same_bits(scale.scale, wanted_scale.scale))
    return "scale " + Guarded<float>::at(0, scale.scale, wanted_scale.scale);
  if (scale.zero != wanted_scale.zero) return "zero " + Guarded<int>::at(0, scale.zero, wanted_scale.zero);
  return got.difference(wanted);
}

inline std::string quantise_as(const Kernels& tested, ByteScale scale, Bytes bytes, std::size_t offset) {
  const auto x = values_of<float>(bytes);
  Guarded<std::uint8_t> got(x.size(), offset);
  Guarded<std::uint8_t> wanted(x.size(), offset);
  tested.matrix.quantise_as(x.data(), x.size(), scale, got.data());
  scalar().matrix.quantise_as(x.data(), x.size(), scale, wanted.data());
  return got.difference(wanted);
}

}  // namespace voicestand::simd::parity
