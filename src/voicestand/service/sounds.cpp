#include "voicestand/service/sounds.h"

#include <utility>

namespace voicestand::service {

void Sounds::play(desktop::Cue cue) {
  playing_.reset();
  if (connection_ && !connection_->alive()) connection_.reset();
  if (!connection_) {
    auto connection = pipewire::Connection::open();
    if (!connection) return;
    connection_ = std::move(*connection);
  }
  if (auto playing = pipewire::PlaybackStream::play(*connection_, desktop::cue_sound(cue), desktop::kCueRateHz))
    playing_ = std::move(*playing);
}

void Sounds::rest() noexcept {
  playing_.reset();
  connection_.reset();
}

}  // namespace voicestand::service
