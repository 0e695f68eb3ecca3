#include <cmath>
#include <utility>

#include "voicestand/simd/spectrum_kernels.h"

namespace voicestand::simd {
namespace {

struct Complex {
  float* real;
  float* imaginary;
};

// One radix-4 stage; the factor's index is the input's. `stride`: how many transforms are interleaved.
void stage(size_t quarter, size_t stride, const float* twiddles, Complex x, Complex y) noexcept {
  for (size_t i = 0; i < quarter; ++i) {
    const size_t b = i + quarter;
    const size_t c = b + quarter;
    const size_t d = c + quarter;
    const float even_sum_r = x.real[i] + x.real[c];
    const float even_sum_i = x.imaginary[i] + x.imaginary[c];
    const float even_difference_r = x.real[i] - x.real[c];
    const float even_difference_i = x.imaginary[i] - x.imaginary[c];
    const float odd_sum_r = x.real[b] + x.real[d];
    const float odd_sum_i = x.imaginary[b] + x.imaginary[d];
    const float turned_r = x.imaginary[d] - x.imaginary[b];  // the odd ones' difference, times i
    const float turned_i = x.real[b] - x.real[d];
    size_t out = i + 3 * (i - i % stride);
    y.real[out] = even_sum_r + odd_sum_r;
    y.imaginary[out] = even_sum_i + odd_sum_i;
    const float real[] = {even_difference_r - turned_r, even_sum_r - odd_sum_r, even_difference_r + turned_r};
    const float imaginary[] = {even_difference_i - turned_i, even_sum_i - odd_sum_i, even_difference_i + turned_i};
    for (size_t part = 0; part < 3; ++part) {
      const float factor_r = twiddles[2 * part * quarter + i];
      const float factor_i = twiddles[(2 * part + 1) * quarter + i];
      out += stride;
      y.real[out] = real[part] * factor_r - imaginary[part] * factor_i;
      y.imaginary[out] = real[part] * factor_i + imaginary[part] * factor_r;
    }
  }
}

template <bool kRoot>
float finished(float power) noexcept {
  return kRoot ? std::sqrt(power) : power;
}

template <bool kRoot>
void transform(const SpectrumPlan& plan, const float* samples, float* scratch, float* spectrum) noexcept VS_REALTIME {
  const size_t points = plan.size / 2;
  Complex x{.real = scratch, .imaginary = scratch + points};
  Complex y{.real = scratch + 2 * points, .imaginary = scratch + 3 * points};
  for (size_t i = 0; i < points; ++i) {
    x.real[i] = samples[2 * i] * plan.window[2 * i];
    x.imaginary[i] = samples[2 * i + 1] * plan.window[2 * i + 1];
  }

  const float* twiddles = plan.twiddles;
  const size_t quarter = points / 4;
  size_t stride = 1;
  for (; 4 * stride <= points; stride *= 4, twiddles += 6 * quarter) {
    stage(quarter, stride, twiddles, x, y);
    std::swap(x, y);
  }
  if (stride < points) {
    for (size_t i = 0; i < stride; ++i) {
      y.real[i] = x.real[i] + x.real[i + stride];
      y.imaginary[i] = x.imaginary[i] + x.imaginary[i + stride];
      y.real[i + stride] = x.real[i] - x.real[i + stride];
      y.imaginary[i + stride] = x.imaginary[i] - x.imaginary[i + stride];
    }
    std::swap(x, y);
  }

  const float lowest = x.real[0] + x.imaginary[0];
  const float highest = x.real[0] - x.imaginary[0];
  for (size_t k = 1; k <= points / 2; ++k) {
    const float factor_r = twiddles[k - 1];
    const float factor_i = twiddles[points / 2 + k - 1];
    const float even_r = x.real[k] + x.real[points - k];
    const float even_i = x.imaginary[k] - x.imaginary[points - k];
    const float odd_r = x.imaginary[k] + x.imaginary[points - k];
    const float odd_i = x.real[points - k] - x.real[k];
    const float turned_r = odd_r * factor_r - odd_i * factor_i;
    const float turned_i = odd_r * factor_i + odd_i * factor_r;
    const float below_r = even_r + turned_r;
    const float below_i = even_i + turned_i;
    const float above_r = even_r - turned_r;
    const float above_i = even_i - turned_i;
    spectrum[k] = finished<kRoot>(0.25F * (below_r * below_r + below_i * below_i));
    spectrum[points - k] = finished<kRoot>(0.25F * (above_r * above_r + above_i * above_i));
  }
  spectrum[0] = finished<kRoot>(lowest * lowest);
  spectrum[points] = finished<kRoot>(highest * highest);
}

}  // namespace

const SpectrumKernels kSpectrumScalar{.magnitude = transform<true>, .power = transform<false>};

}  // namespace voicestand::simd
