#pragma once

namespace voicestand::audio {

// Interleaved 32-bit float samples, full scale ±1.
struct AudioFormat {
  static constexpr int kMinRateHz = 8'000;
  static constexpr int kMaxRateHz = 192'000;
  static constexpr int kMaxChannels = 8;

  int sample_rate_hz = 0;
  int channels = 0;

  [[nodiscard]] constexpr bool supported() const noexcept {
    return sample_rate_hz >= kMinRateHz && sample_rate_hz <= kMaxRateHz && channels >= 1 && channels <= kMaxChannels;
  }
  friend constexpr bool operator==(AudioFormat, AudioFormat) noexcept = default;
};

}  // namespace voicestand::audio
