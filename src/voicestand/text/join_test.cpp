#include "voicestand/text/join.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::text {
namespace {

TEST(Join, PutsOneSpaceBetween) {
  EXPECT_EQ(join_text("It was the best.", "It was the worst."), "It was the best. It was the worst.");
  EXPECT_EQ(join_text(" one \n", "\t two "), "one two");
}

TEST(Join, NothingAddsNothing) {
  EXPECT_EQ(join_text("", ""), "");
  EXPECT_EQ(join_text("word", "  "), "word");
  EXPECT_EQ(join_text(" ", "word"), "word");
}

TEST(Join, PutsNoSpaceBeforeWhatClosesOrAfterWhatOpens) {
  EXPECT_EQ(join_text("well", ", no"), "well, no");
  EXPECT_EQ(join_text("well", "… no"), "well… no");
  EXPECT_EQ(join_text("see (", "above)"), "see (above)");
}

TEST(Join, WritingWithoutSpacesGetsNone) {
  EXPECT_EQ(join_text("今日は。", "いい天気"), "今日は。いい天気");
  EXPECT_EQ(join_text("今日", "hello"), "今日 hello");
}

TEST(Join, TheLeftTextIsAPrefix) {
  EXPECT_TRUE(rc::check([](const std::string& left, const std::string& right) {
    const std::string joined = join_text(left, right);
    RC_ASSERT(joined.starts_with(join_text(left, "")));
    RC_ASSERT(joined.ends_with(join_text("", right)));
  }));
}

}  // namespace
}  // namespace voicestand::text
