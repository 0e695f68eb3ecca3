#include "voicestand/base/nearest.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand {
namespace {

TEST(EditDistance, CountsEachKindOfSlipOnce) {
  EXPECT_EQ(edit_distance("model", "model"), 0U);
  EXPECT_EQ(edit_distance("modl", "model"), 1U);
  EXPECT_EQ(edit_distance("modell", "model"), 1U);
  EXPECT_EQ(edit_distance("mobel", "model"), 1U);
  EXPECT_EQ(edit_distance("mdoel", "model"), 1U);
  EXPECT_EQ(edit_distance("ca", "abc"), 2U);  // a swap with an insertion between: what the restricted form calls 3
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(EditDistance, IsAMetric) {
  EXPECT_TRUE(rc::check([] {
    const auto word = rc::gen::resize(8, rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c')));
    const std::string a = *word;
    const std::string b = *word;
    const std::string c = *word;
    RC_ASSERT((edit_distance(a, b) == 0) == (a == b));
    RC_ASSERT(edit_distance(a, b) == edit_distance(b, a));
    RC_ASSERT(edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c));
    RC_ASSERT(edit_distance(a, b) <= std::max(a.size(), b.size()));
  }));
}

TEST(EditDistance, AnySwapOfNeighboursIsOneSlip) {
  EXPECT_TRUE(rc::check([] {
    const auto word = *rc::gen::nonEmpty<std::string>();
    RC_PRE(word.size() >= 2 && word.size() < kMaxComparedBytes);
    const auto at = *rc::gen::inRange<std::size_t>(0, word.size() - 1);
    std::string swapped = word;
    std::swap(swapped[at], swapped[at + 1]);
    RC_ASSERT(edit_distance(word, swapped) <= 1);
  }));
}

TEST(Nearest, FindsTheCandidateThatWasMeant) {
  constexpr std::array<std::string_view, 3> kKeys{"segmentation.pre_roll_ms", "segmentation.post_roll_ms",
                                                  "audio.input"};
  EXPECT_EQ(nearest("segmentation.pre_rol_ms", kKeys), "segmentation.pre_roll_ms");
  EXPECT_EQ(nearest("segmentation.posst_roll_ms", kKeys), "segmentation.post_roll_ms");
  EXPECT_EQ(nearest("adio.inptu", kKeys), "audio.input");
  EXPECT_EQ(nearest("anything", {}), "");
}

TEST(Nearest, LongInputIsCheap) {
  const std::string huge(1'000'000, 'x');
  constexpr std::array<std::string_view, 1> kKeys{"audio.input"};
  EXPECT_EQ(nearest(huge, kKeys), "audio.input");
}

}  // namespace
}  // namespace voicestand
