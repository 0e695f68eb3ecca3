#pragma once

#include <cstdint>
#include <vector>

namespace voicestand::bench {

// What a front end made of a recording.
struct Heard {
  std::vector<float> probabilities;          // of speech, of each window
  std::vector<std::uint64_t> speech_onsets;  // 16 kHz samples
};

}  // namespace voicestand::bench
