#pragma once

#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/dsp/decibel.h"
#include "voicestand/simd/kernels.h"

namespace voicestand::dsp {

struct Level {
  float peak_dbfs = kSilenceDbfs;
  float rms_dbfs = kSilenceDbfs;  // a full-scale sine has -3
};

// How loud a block is.
class LevelMeter {
 public:
  explicit LevelMeter(const simd::Kernels& kernels = simd::kernels()) noexcept : kernels_(&kernels.level) {}

  // Thread: any. Real-time: yes, bounded by the block. `samples` are finite. Never below kSilenceDbfs, which is what an
  // empty block has.
  [[nodiscard]] Level measure(std::span<const float> samples) const noexcept VS_REALTIME;

 private:
  const simd::LevelKernels* kernels_;
};

}  // namespace voicestand::dsp
