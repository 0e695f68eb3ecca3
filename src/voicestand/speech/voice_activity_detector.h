#pragma once

#include <cstddef>
#include <span>

#include "voicestand/base/realtime.h"

namespace voicestand::speech {

inline constexpr int kSampleRateHz = 16'000;
inline constexpr std::size_t kWindowSamples = 512;  // 32 ms

// Says for each window of 32 ms how probable it is that someone speaks in it. Stateful: windows come in order.
class VoiceActivityDetector {
 public:
  virtual ~VoiceActivityDetector() = default;

  // Thread: one. Real-time: yes, bounded. 16 kHz mono, full scale ±1; returns a probability in [0, 1].
  [[nodiscard]] virtual float probability(std::span<const float, kWindowSamples> window) noexcept VS_REALTIME = 0;

  // Thread: as probability(). Real-time: yes. Forgets everything heard (after a gap in the audio).
  virtual void reset() noexcept VS_REALTIME = 0;
};

}  // namespace voicestand::speech
