#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "voicestand/base/realtime.h"
#include "voicestand/base/result.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::simd {

// The discrete Fourier transform of real samples under a window, as magnitudes or as powers of the frequencies from 0
// to half the sample rate. Thread: one at a time. Allocates in create() alone.
class WindowedSpectrum {
 public:
  // Of nothing, until another one is assigned.
  WindowedSpectrum() = default;

  // Real-time: no. One factor for each sample of a transform; how many these are must be a power of two from
  // kMinSpectrum to kMaxSpectrum. Errors: kUsage.
  [[nodiscard]] static Result<WindowedSpectrum> create(std::span<const float> window,
                                                       const Kernels& kernels = simd::kernels());

  [[nodiscard]] std::size_t size() const noexcept VS_REALTIME { return size_; }
  [[nodiscard]] std::size_t bins() const noexcept VS_REALTIME { return size_ / 2 + 1; }

  // Real-time: yes. Reads size() samples, writes bins() numbers.
  void magnitude(const float* samples, float* spectrum) noexcept VS_REALTIME {
    kernels_->magnitude(plan(), samples, scratch(), spectrum);
  }
  void power(const float* samples, float* spectrum) noexcept VS_REALTIME {
    kernels_->power(plan(), samples, scratch(), spectrum);
  }

 private:
  WindowedSpectrum(std::span<const float> window, const Kernels& kernels);

  // The numbers lie one after the other: scratch, window, twiddles.
  [[nodiscard]] float* scratch() noexcept VS_REALTIME { return numbers_.data(); }
  [[nodiscard]] SpectrumPlan plan() const noexcept VS_REALTIME {
    const float* const window = numbers_.data() + 2 * size_;
    return {.size = size_, .window = window, .twiddles = window + size_};
  }

  const SpectrumKernels* kernels_ = nullptr;
  std::size_t size_ = 0;
  std::vector<float> numbers_;
};

}  // namespace voicestand::simd
