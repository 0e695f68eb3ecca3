#pragma once

#include <span>

#include "voicestand/base/realtime.h"
#include "voicestand/simd/level_kernels.h"

namespace voicestand::dsp {

inline constexpr float kUtterancePeakDbfs = -3.0F;
inline constexpr float kMaxUtteranceGainDb = 60.0F;

// Thread: any. Real-time: yes, bounded by the length. The one factor that brings an utterance to kUtterancePeakDbfs,
// up or down, by at most kMaxUtteranceGainDb. Its peak is the level that one sample in a thousand exceeds, so that a
// click does not decide; such samples may come out above full scale. 1 for silence. `utterance` is finite.
[[nodiscard]] float peak_normalising_gain(std::span<const float> utterance,
                                          const simd::LevelKernels& kernels) noexcept VS_REALTIME;

}  // namespace voicestand::dsp
