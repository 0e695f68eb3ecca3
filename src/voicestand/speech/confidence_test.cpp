#include "voicestand/speech/confidence.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::speech {
namespace {

TEST(Confidence, IsNoMoreThanCertainAndNoLessThanImpossible) {
  EXPECT_GT(confidence_of_word(0), 0.999F);
  EXPECT_LE(confidence_of_word(0), 1);
  EXPECT_GE(confidence_of_word(-std::numeric_limits<float>::infinity()), 0);
  EXPECT_LT(confidence_of_word(-std::numeric_limits<float>::infinity()), 1e-6F);
}

TEST(Confidence, OfATextIsItsWordsMean) {
  EXPECT_EQ(confidence_of_text({}), 0);
  std::vector<Word> words(2);
  words[0].confidence = 0.5F;
  words[1].confidence = 1.0F;
  EXPECT_FLOAT_EQ(confidence_of_text(words), 0.75F);
}

RC_GTEST_PROP(Confidence, GrowsWithTheProbability, ()) {
  const auto any =
      rc::gen::map(rc::gen::inRange(0, 40'000), [](int value) { return -static_cast<float>(value) / 1'000; });
  const float a = *any;
  const float b = *any;
  RC_ASSERT((a < b) <= (confidence_of_word(a) <= confidence_of_word(b)));
}

}  // namespace
}  // namespace voicestand::speech
