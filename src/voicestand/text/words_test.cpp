#include "voicestand/text/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace voicestand::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Words, SplitAtWhiteSpace) {
  EXPECT_THAT(split_words(" it\twas \n the "), ElementsAre("it", "was", "the"));
  EXPECT_THAT(split_words(" \t "), IsEmpty());
  EXPECT_THAT(split_words(""), IsEmpty());
}

TEST(Words, CharactersAreCodePoints) {
  EXPECT_EQ(count_characters("naïve…"), 6U);
  EXPECT_EQ(bytes_of_characters("naïve…", 3), 4U);
  EXPECT_EQ(bytes_of_characters("naïve…", 6), 9U);
  EXPECT_EQ(bytes_of_characters("naïve…", 99), 9U);
}

TEST(Words, AreTheSameButForCaseAndPunctuation) {
  EXPECT_TRUE(same_word("Times.", "times"));
  EXPECT_TRUE(same_word("well…", "WELL,"));
  EXPECT_TRUE(same_word("x", "x"));
  EXPECT_FALSE(same_word("times", "time"));
  EXPECT_FALSE(same_word("-", "."));
  EXPECT_FALSE(same_word("don't", "dont"));
}

}  // namespace
}  // namespace voicestand::text
