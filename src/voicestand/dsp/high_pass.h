#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::dsp {

// Takes away a constant offset and what rumbles below speech: a Butterworth high-pass of second order at 16 kHz, in
// place. How the stream is cut into blocks never changes a bit of the output.
class HighPass {
 public:
  static constexpr double kCornerHz = 30;

  explicit HighPass(const simd::Kernels& kernels = simd::kernels()) noexcept;

  // Thread: one. Real-time: yes, bounded. 16 kHz mono, finite.
  void process(std::span<float> samples) noexcept VS_REALTIME;
  // Thread: as process(). Real-time: yes.
  void reset() noexcept VS_REALTIME;

 private:
  using Group = std::array<float, simd::Biquad::kGroup>;

  // The samples that the open group still lacks, or all that there are.
  std::size_t process_open_group(std::span<float> samples) noexcept VS_REALTIME;

  const simd::FilterKernels* kernels_;
  simd::Biquad filter_;

  // The processing thread's. Groups lie at multiples of their length from the stream's start.
  simd::Biquad::State state_{};  // at the start of the open group
  Group open_group_{};           // its inputs so far, zeros after them
  std::size_t open_samples_ = 0;
};

}  // namespace voicestand::dsp
