#pragma once

#include <memory>

#include "voicestand/desktop/cue.h"
#include "voicestand/lib/pipewire/connection.h"
#include "voicestand/lib/pipewire/playback_stream.h"

namespace voicestand::service {

// Plays what one hears of a dictation. Without a sound server there is nothing to hear. Thread: one at a time.
class Sounds {
 public:
  // Real-time: no; asks the sound server when it is called for the first time. Takes the place of the one before it.
  void play(desktop::Cue cue);
  // Lets go of the sound server: by now all has been heard.
  void rest() noexcept;

 private:
  std::unique_ptr<pipewire::Connection> connection_;
  std::unique_ptr<pipewire::PlaybackStream> playing_;
};

}  // namespace voicestand::service
