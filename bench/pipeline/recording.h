#pragma once

#include <string_view>
#include <vector>

#include "voicestand/audio/audio_format.h"
#include "voicestand/base/result.h"

namespace voicestand::bench {

// Speech to work on.
struct Recording {
  audio::AudioFormat format;
  std::vector<float> samples;  // interleaved

  [[nodiscard]] double length_s() const noexcept {
    return static_cast<double>(samples.size()) / format.channels / format.sample_rate_hz;
  }
};

// Thread: any. A bundled sample recording, at most `longest_s` of it, as a device of this format would have delivered
// it. Errors: AudioFile's.
[[nodiscard]] Result<Recording> sample_recording(audio::AudioFormat format, double longest_s,
                                                 std::string_view file = "beckett.wav");

}  // namespace voicestand::bench
