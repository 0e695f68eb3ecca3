#include "voicestand/speech/audio_view.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::speech {
namespace {

TEST(AudioView, OfNothingIsEmpty) {
  EXPECT_TRUE(AudioView().empty());
  EXPECT_TRUE(AudioView(std::span<const float>()).pieces().empty());
}

// However it is cut into pieces, it reads like the whole.
TEST(AudioViewLaws, ReadsLikeOnePiece) {
  EXPECT_TRUE(rc::check([] {
    std::vector<float> whole(*rc::gen::inRange<std::size_t>(0, 200));
    std::iota(whole.begin(), whole.end(), 1.0F);
    AudioView view;
    for (std::size_t at = 0; at < whole.size();) {
      const auto count = std::min(*rc::gen::inRange<std::size_t>(1, 60), whole.size() - at);
      view.append(std::span(whole).subspan(at, count));
      at += count;
    }
    RC_ASSERT(view.size() == whole.size());
    const auto from = *rc::gen::inRange<std::size_t>(0, whole.size() + 1);
    const auto to = *rc::gen::inRange<std::size_t>(from, whole.size() + 1);
    const AudioView part = view.between(from, to);
    RC_ASSERT(part.size() == to - from);
    std::vector<float> out(to - from + 2, -1.0F);
    part.copy_to(out);
    RC_ASSERT(std::equal(out.begin(), out.end() - 2, whole.begin() + static_cast<std::ptrdiff_t>(from)));
    RC_ASSERT(out.back() == -1.0F);
  }));
}

}  // namespace
}  // namespace voicestand::speech
