#include <cmath>

#include "voicestand/simd/matrix_kernels.h"

namespace voicestand::simd {
namespace {

// NaN stays: no comparison with it is true.
float bounded(float x, float least, float most) noexcept VS_REALTIME {
  const float above = x < least ? least : x;
  return above > most ? most : above;
}

// To the nearest integer, ties to even, for at most 2^22 in magnitude: what lies below the units is pushed out.
float rounded(float x) noexcept VS_REALTIME {
  constexpr float kPush = 0x1.8p23F;
  return (x + kPush) - kPush;
}

void quantise_as(const float* x, size_t count, ByteScale scale, uint8_t* bytes) noexcept VS_REALTIME {
  const float factor = 1.0F / scale.scale;
  const auto zero = static_cast<float>(scale.zero);
  for (size_t i = 0; i < count; ++i) {
    const float scaled = bounded(bounded(x[i], -kMostQuantised, kMostQuantised) * factor, -zero, 255.0F - zero);
    const float known = scaled == scaled ? scaled : 0.0F;
    bytes[i] = static_cast<uint8_t>(static_cast<int32_t>(rounded(known)) + scale.zero);
  }
}

ByteScale quantise(const float* x, size_t count, uint8_t* bytes) noexcept VS_REALTIME {
  float low = 0;
  float high = 0;
  for (size_t i = 0; i < count; ++i) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  low = low < -kMostQuantised ? -kMostQuantised : low;
  high = high > kMostQuantised ? kMostQuantised : high;
  const float step = (high - low) / 255.0F;
  const float scale = step > kLeastScale ? step : kLeastScale;
  const float zero = rounded(bounded(-low * (1.0F / scale), 0.0F, 255.0F));
  const ByteScale made{.scale = scale, .zero = static_cast<int32_t>(zero)};
  quantise_as(x, count, made, bytes);
  return made;
}

float gelu(float x) noexcept VS_REALTIME {
  constexpr float kRootOfHalf = 0.707106781F;
  return 0.5F * x * (1.0F + std::erf(x * kRootOfHalf));
}

float product(int32_t n, int32_t m, const ByteWeights& weights, float scale) noexcept VS_REALTIME {
  return (static_cast<float>(n) - weights.zero_fraction * static_cast<float>(m)) * (scale * weights.scale);
}

void multiply(const ByteWeights& weights, const ByteRows& x, const float* bias, Finish finish, float* y,
              size_t y_stride, unsigned char* /*scratch*/) noexcept VS_REALTIME {
  for (size_t row = 0; row < x.count; ++row) {
    const uint8_t* const bytes = x.bytes + row * x.stride;
    const ByteScale scale = x.scales[row];
    for (size_t begin = 0; begin < weights.outputs; begin += kPanelColumns) {
      const size_t columns = weights.outputs - begin < kPanelColumns ? weights.outputs - begin : kPanelColumns;
      int32_t sums[kPanelColumns] = {};
      int32_t sum = 0;
      for (size_t i = 0; i < weights.inputs; ++i) {
        const int32_t value = bytes[i] - scale.zero;
        const uint8_t* const at = weights.bytes + i * weights.outputs + begin;
        sum += value;
        for (size_t column = 0; column < columns; ++column) sums[column] += value * (at[column] - weights.zero);
      }
      for (size_t column = 0; column < columns; ++column) {
        const size_t output = begin + column;
        float& out = y[row * y_stride + output];
        const float result = product(sums[column], sum, weights, scale.scale) + (bias == nullptr ? 0.0F : bias[output]);
        out = finish == Finish::kGelu ? gelu(result) : finish == Finish::kAdd ? out + result : result;
      }
    }
  }
}

void multiply_by_output(const ByteWeights& weights, const ByteRows& x, float* y, size_t y_stride,
                        unsigned char* /*scratch*/) noexcept VS_REALTIME {
  for (size_t output = 0; output < weights.outputs; ++output) {
    const uint8_t* const at = weights.bytes + output * weights.inputs;
    for (size_t row = 0; row < x.count; ++row) {
      const uint8_t* const bytes = x.bytes + row * x.stride;
      int32_t sum = 0;
      for (size_t i = 0; i < weights.inputs; ++i) sum += (bytes[i] - x.scales[row].zero) * (at[i] - weights.zero);
      y[row * y_stride + output] = product(sum, 0, weights, x.scales[row].scale);
    }
  }
}

}  // namespace

const MatrixKernels kMatrixScalar{
    .quantise = quantise, .quantise_as = quantise_as, .multiply = multiply, .multiply_by_output = multiply_by_output};

}  // namespace voicestand::simd
