#pragma once

#include <stop_token>

#include "voicestand/audio/capture_sink.h"

namespace voicestand::audio {

// Hands over a block of a source that can wait. False: stop was requested before there was room.
// Thread: the delivering thread. Real-time: no, sleeps.
[[nodiscard]] inline bool deliver_waiting(const std::stop_token& stop, CaptureSink& sink,
                                          const CaptureBlock& block) noexcept {
  while (!stop.stop_requested()) {
    if (sink.push(block)) return true;
    sink.wait_for_room();
  }
  return false;
}

}  // namespace voicestand::audio
