#pragma once

#include <memory>
#include <vector>

#include "voicestand/base/result.h"
#include "voicestand/lib/pipewire/connection.h"

namespace voicestand::pipewire {

// A short sound on its way to the speakers: plays from now on, once; what is left of it when this is destroyed is not
// heard. Thread: one at a time. Real-time: no.
class PlaybackStream {
 public:
  // Mono, full scale ±1. `connection` outlives it. Errors: kIo.
  [[nodiscard]] static Result<std::unique_ptr<PlaybackStream>> play(Connection& connection, std::vector<float> samples,
                                                                    int sample_rate_hz);
  ~PlaybackStream();
  PlaybackStream(const PlaybackStream&) = delete;
  PlaybackStream& operator=(const PlaybackStream&) = delete;

 private:
  struct Impl;
  explicit PlaybackStream(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace voicestand::pipewire
