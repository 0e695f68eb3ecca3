#include "voicestand/desktop/cue.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace voicestand::desktop {
namespace {

constexpr Cue kAll[]{Cue::kStart, Cue::kStop, Cue::kCancel, Cue::kError};

// How often it turns from negative to positive in a stretch of 50 ms that begins there, in a second.
double pitch_at(const std::vector<float>& sound, double seconds) {
  const auto begin = static_cast<std::size_t>(seconds * kCueRateHz);
  const std::size_t end = std::min(sound.size() - 1, begin + kCueRateHz / 20);
  int turns = 0;
  for (std::size_t n = begin; n < end; ++n) turns += sound[n] < 0 && sound[n + 1] >= 0 ? 1 : 0;
  return turns * 20.0;
}

TEST(Cue, IsShortQuietAndWithoutAClick) {
  for (const Cue cue : kAll) {
    const auto sound = cue_sound(cue);
    EXPECT_LT(static_cast<double>(sound.size()) / kCueRateHz, 0.3);
    EXPECT_LT(std::abs(*std::ranges::max_element(sound)), 0.25F);
    float step = std::abs(sound.front());
    for (std::size_t n = 1; n < sound.size(); ++n) step = std::max(step, std::abs(sound[n] - sound[n - 1]));
    EXPECT_LT(std::max(step, std::abs(sound.back())), 0.05F);
  }
}

TEST(Cue, BeginningsRiseAndEndsFall) {
  EXPECT_LT(pitch_at(cue_sound(Cue::kStart), 0.01), pitch_at(cue_sound(Cue::kStart), 0.11));
  EXPECT_GT(pitch_at(cue_sound(Cue::kStop), 0.01), pitch_at(cue_sound(Cue::kStop), 0.11));
}

TEST(Cue, NoneSoundsAsAnother) {
  for (const Cue one : kAll)
    for (const Cue other : kAll) EXPECT_EQ(one == other, cue_sound(one) == cue_sound(other));
}

}  // namespace
}  // namespace voicestand::desktop
