#include "voicestand/simd/level_kernels.h"

namespace voicestand::simd {
namespace {

float peak(const float* samples, size_t count) noexcept VS_REALTIME {
  float largest = 0;
  for (size_t i = 0; i < count; ++i) {
    const float magnitude = __builtin_fabsf(samples[i]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

double sum_of_squares(const float* samples, size_t count) noexcept VS_REALTIME {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += static_cast<double>(samples[i]) * samples[i];
  return sum;
}

}  // namespace

const LevelKernels kLevelScalar{.peak = peak, .sum_of_squares = sum_of_squares};

}  // namespace voicestand::simd
