#include "voicestand/simd/windowed_spectrum.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <string>

namespace voicestand::simd {
namespace {

// Appends e^(-2 pi i turns[k]), real parts first.
template <typename Turns>
void append(std::vector<float>& numbers, std::size_t count, Turns turns) {
  const auto angle = [&](std::size_t k) { return -2 * std::numbers::pi * turns(k); };
  for (std::size_t k = 0; k < count; ++k) numbers.push_back(static_cast<float>(std::cos(angle(k))));
  for (std::size_t k = 0; k < count; ++k) numbers.push_back(static_cast<float>(std::sin(angle(k))));
}

double ratio(std::size_t a, std::size_t b) noexcept {
  return static_cast<double>(a) / static_cast<double>(b);
}

}  // namespace

Result<WindowedSpectrum> WindowedSpectrum::create(std::span<const float> window, const Kernels& kernels) {
  if (!std::has_single_bit(window.size()) || window.size() < kMinSpectrum || window.size() > kMaxSpectrum)
    return fail(Errc::kUsage, "no transform of " + std::to_string(window.size()) + " samples", {},
                "take a power of two from " + std::to_string(kMinSpectrum) + " to " + std::to_string(kMaxSpectrum));
  return WindowedSpectrum(window, kernels);
}

WindowedSpectrum::WindowedSpectrum(std::span<const float> window, const Kernels& kernels)
    : kernels_(&kernels.spectrum), size_(window.size()), numbers_(2 * size_) {
  numbers_.insert(numbers_.end(), window.begin(), window.end());
  const std::size_t points = size_ / 2;
  for (std::size_t stride = 1; 4 * stride <= points; stride *= 4) {
    // A stage turns output `part` of the butterfly at input i by this much of a circle.
    for (std::size_t part = 1; part < 4; ++part)
      append(numbers_, points / 4, [&](std::size_t i) { return ratio(part * (i - i % stride), points); });
  }
  append(numbers_, points / 2, [&](std::size_t k) { return ratio(k + 1, size_); });
  numbers_.shrink_to_fit();
}

}  // namespace voicestand::simd
