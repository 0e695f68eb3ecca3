#include "voicestand/speech/silero_detector.h"

namespace voicestand::speech {

static_assert(nn::Silero::kWindow == kWindowSamples);

Result<SileroDetector> SileroDetector::load(const std::string& path) {
  auto network = nn::Silero::load(path);
  if (!network) return std::unexpected(network.error());
  return SileroDetector(std::move(*network));
}

float SileroDetector::probability(std::span<const float, kWindowSamples> window) noexcept {
  return network_.process(window);
}

}  // namespace voicestand::speech
