#include "voicestand/dsp/level_meter.h"

#include <cmath>

namespace voicestand::dsp {

Level LevelMeter::measure(std::span<const float> samples) const noexcept {
  if (samples.empty()) return {};
  const float peak = kernels_->peak(samples.data(), samples.size());
  const double power = kernels_->sum_of_squares(samples.data(), samples.size()) / static_cast<double>(samples.size());
  return {dbfs_of(peak), dbfs_of(static_cast<float>(std::sqrt(power)))};
}

}  // namespace voicestand::dsp
