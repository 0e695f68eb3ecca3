#pragma once

#include <algorithm>
#include <cmath>

#include "voicestand/base/realtime.h"

namespace voicestand::dsp {

// What counts as no sound at all.
inline constexpr float kSilenceDbfs = -120.0F;

// Thread: any. Real-time: yes. Of a magnitude, full scale 1; never below kSilenceDbfs.
[[nodiscard]] inline float dbfs_of(float magnitude) noexcept VS_REALTIME {
  constexpr float kSilence = 1e-6F;
  return 20.0F * std::log10(std::max(magnitude, kSilence));
}

// Thread: any. Real-time: yes.
[[nodiscard]] inline float factor_of_db(float db) noexcept VS_REALTIME {
  return std::pow(10.0F, db / 20.0F);
}

}  // namespace voicestand::dsp
