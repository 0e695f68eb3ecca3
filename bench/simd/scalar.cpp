#include "bench/simd/scalar.h"

#include <algorithm>
#include <cmath>

namespace voicestand::bench::scalar {

void gain(const float* in, float factor, float* out, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) out[i] = in[i] * factor;
}

void s16_to_f32(const std::int16_t* in, float factor, float* out, std::size_t count) noexcept {
  const float scale = factor / 32'768;
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(in[i]) * scale;
}

float dot(const float* a, const float* b, std::size_t count) noexcept {
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

float peak(const float* in, std::size_t count) noexcept {
  float largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(in[i]));
  return largest;
}

double sum_of_squares(const float* in, std::size_t count) noexcept {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(in[i]) * in[i];
  return sum;
}

}  // namespace voicestand::bench::scalar
