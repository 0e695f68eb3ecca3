#pragma once

#include <cstdint>
#include <vector>

namespace voicestand::desktop {

// What one hears of a dictation.
enum class Cue : std::uint8_t { kStart, kStop, kCancel, kError };

inline constexpr int kCueRateHz = 48'000;

// A short sound, mono, made up and not recorded: rising where it begins, falling where it ends, twice the same low tone
// where it is cancelled, three times where something went wrong. Thread: any. Real-time: no.
[[nodiscard]] std::vector<float> cue_sound(Cue cue);

}  // namespace voicestand::desktop
