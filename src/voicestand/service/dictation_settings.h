#pragma once

#include "voicestand/desktop/activation.h"
#include "voicestand/service/composition.h"
#include "voicestand/service/config.h"
#include "voicestand/service/dictation.h"

namespace voicestand::service {

// What the configuration says to each part of a dictation.
[[nodiscard]] desktop::Mode mode_of(const Config& config);
[[nodiscard]] desktop::Activation::Config activation_config(const Config& config);
[[nodiscard]] Dictation::Config dictation_config(const Config& config);
[[nodiscard]] RecognizerChoice recognizer_choice(const Config& config);

}  // namespace voicestand::service
