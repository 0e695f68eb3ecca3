#include "voicestand/speech/silero_detector.h"

#include "voicestand/rt/denormal_guard.h"

namespace voicestand::speech {

static_assert(nn::Silero::kWindow == kWindowSamples);

Result<SileroDetector> SileroDetector::load(const std::string& path, const simd::Kernels& kernels) {
  auto network = nn::Silero::load(path, kernels);
  if (!network) return std::unexpected(network.error());
  return SileroDetector(std::move(*network));
}

float SileroDetector::probability(std::span<const float, kWindowSamples> window) noexcept {
  const rt::DenormalGuard denormals;  // what the network remembers decays in silence
  return network_.process(window);
}

}  // namespace voicestand::speech
