#pragma once

#include <string>
#include <utility>

#include "voicestand/base/result.h"
#include "voicestand/nn/silero.h"
#include "voicestand/simd/kernels.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {

// Voice detection by the Silero network, computed in process. Thread: one at a time.
class SileroDetector final : public VoiceActivityDetector {
 public:
  // Real-time: no. `path`: silero_vad_openvino_16k.onnx. Errors: kModelMissing, kBadModel, kIo.
  [[nodiscard]] static Result<SileroDetector> load(const std::string& path,
                                                   const simd::Kernels& kernels = simd::kernels());

  [[nodiscard]] float probability(std::span<const float, kWindowSamples> window) noexcept VS_REALTIME override;
  void reset() noexcept VS_REALTIME override { network_.reset(); }

 private:
  explicit SileroDetector(nn::Silero network) noexcept : network_(std::move(network)) {}
  nn::Silero network_;
};

}  // namespace voicestand::speech
