#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include "voicestand/speech/recognizer.h"

namespace voicestand::service {

// Thread: any. Real-time: no. To a thousandth: what the wire carries of times and probabilities.
[[nodiscard]] double rounded(double value);

// Thread: any. Real-time: no. [{"word","start_s","end_s","confidence"}], or null where the engine knows no words.
[[nodiscard]] nlohmann::ordered_json words_json(const std::optional<std::vector<speech::Word>>& words);

}  // namespace voicestand::service
