#pragma once

#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/dsp/decibel.h"

namespace voicestand::dsp {

struct Level {
  float peak_dbfs = kSilenceDbfs;
  float rms_dbfs = kSilenceDbfs;  // a full-scale sine has -3
};

// Thread: any. Real-time: yes, bounded by the block. `samples` are finite. Never below kSilenceDbfs, which is what an
// empty block has.
[[nodiscard]] Level measure_level(std::span<const float> samples) noexcept VS_REALTIME;

}  // namespace voicestand::dsp
