#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "voicestand/audio/audio_format.h"
#include "voicestand/base/result.h"

namespace voicestand::audio {

// Refuses samples that are no sound: NaN, infinities, and magnitudes beyond the full scale of 32-bit integers.
// `first_frame`: where `interleaved` begins in the whole, for the message. Errors: kBadAudio.
// Thread: any. Real-time: no.
[[nodiscard]] Result<void> check_samples(std::span<const float> interleaved, AudioFormat format,
                                         std::uint64_t first_frame, const std::string& where);

// Refuses rates and channel counts that nothing behind can take. Errors: kBadAudio. Thread: any. Real-time: no.
[[nodiscard]] Result<void> check_format(AudioFormat format, const std::string& where);

}  // namespace voicestand::audio
