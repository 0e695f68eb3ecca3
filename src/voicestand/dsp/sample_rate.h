#pragma once

namespace voicestand::dsp {

// What the rest of the product hears at.
inline constexpr int kOutputRateHz = 16'000;

// What can be brought there.
inline constexpr int kMinInputRateHz = 8'000;
inline constexpr int kMaxInputRateHz = 192'000;
inline constexpr int kMaxInputChannels = 8;

}  // namespace voicestand::dsp
