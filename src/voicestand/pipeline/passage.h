#pragma once

#include "voicestand/base/clock.h"

namespace voicestand::pipeline {

// When audio came by on its way from the device to detection.
struct Passage {
  Clock::TimePoint delivered_at;    // by the source, to the capture queue
  Clock::TimePoint conditioned_at;  // as 16 kHz frames, to the process queue
  Clock::Duration gathering{};      // what its first sample had waited for by the delivery: the block's end; and the
                                    // resampler's group delay
};

}  // namespace voicestand::pipeline
