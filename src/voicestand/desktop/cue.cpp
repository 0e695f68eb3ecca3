#include "voicestand/desktop/cue.h"

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <numbers>

namespace voicestand::desktop {
namespace {

constexpr double kToneS = 0.07;
constexpr double kPauseS = 0.03;
constexpr double kPeak = 0.2;  // -14 dBFS: heard, and no start

// Swells and dies away as a raised cosine, so that nothing clicks; with an octave on top it is heard on small speakers.
void add_tone(std::vector<float>& sound, double hertz) {
  const auto count = static_cast<std::size_t>(kToneS * kCueRateHz);
  for (std::size_t n = 0; n < count; ++n) {
    const double phase = 2 * std::numbers::pi * static_cast<double>(n);
    const double swell = 0.5 - 0.5 * std::cos(phase / static_cast<double>(count));
    const double turn = phase * hertz / kCueRateHz;
    sound.push_back(static_cast<float>(kPeak * swell * (0.8 * std::sin(turn) + 0.2 * std::sin(2 * turn))));
  }
}

std::vector<float> tones(std::initializer_list<double> hertz) {
  std::vector<float> sound;
  for (const double tone : hertz) {
    if (!sound.empty()) sound.resize(sound.size() + static_cast<std::size_t>(kPauseS * kCueRateHz));
    add_tone(sound, tone);
  }
  return sound;
}

}  // namespace

std::vector<float> cue_sound(Cue cue) {
  switch (cue) {
    case Cue::kStart:
      return tones({660, 880});
    case Cue::kStop:
      return tones({880, 660});
    case Cue::kCancel:
      return tones({330, 330});
    case Cue::kError:
      return tones({220, 220, 220});
  }
  return {};
}

}  // namespace voicestand::desktop
