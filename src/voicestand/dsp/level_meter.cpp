#include "voicestand/dsp/level_meter.h"

#include <algorithm>
#include <cmath>

namespace voicestand::dsp {

Level measure_level(std::span<const float> samples) noexcept {
  if (samples.empty()) return {};
  float peak = 0;
  double energy = 0;
  for (const float sample : samples) {
    peak = std::max(peak, std::abs(sample));
    energy += static_cast<double>(sample) * sample;
  }
  return {dbfs_of(peak), dbfs_of(static_cast<float>(std::sqrt(energy / static_cast<double>(samples.size()))))};
}

}  // namespace voicestand::dsp
