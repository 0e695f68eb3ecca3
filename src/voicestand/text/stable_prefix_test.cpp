#include "voicestand/text/stable_prefix.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/text/words.h"

namespace voicestand::text {
namespace {

std::string stable_part(const PartialText& partial) {
  return partial.text.substr(0, bytes_of_characters(partial.text, partial.stable_chars));
}

TEST(StablePrefix, PromisesNothingAtFirst) {
  StablePrefix prefix;
  const PartialText partial = prefix.update("it was the best of times");
  EXPECT_EQ(partial.text, "it was the best of times");
  EXPECT_EQ(partial.stable_chars, 0U);
}

TEST(StablePrefix, PromisesWhatTwoHypothesesAgreeOnButTheLastTwoWords) {
  StablePrefix prefix;
  EXPECT_EQ(stable_part(prefix.update("it was the best")), "");
  EXPECT_EQ(stable_part(prefix.update("it was the best of times")), "it was the best");
}

TEST(StablePrefix, NeverPromisesTheNewestWords) {
  StablePrefix prefix;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(stable_part(prefix.update("two words")), "");
}

TEST(StablePrefix, StopsAtTheFirstDisagreement) {
  StablePrefix prefix;
  EXPECT_EQ(prefix.update("it was a best of times indeed").stable_chars, 0U);
  EXPECT_EQ(stable_part(prefix.update("it was the best of times indeed")), "it was");
}

TEST(StablePrefix, AskesOneMoreHypothesisWhereOnlyCaseOrPunctuationDiffer) {
  StablePrefix prefix;
  EXPECT_EQ(stable_part(prefix.update("it was, the best of")), "");
  EXPECT_EQ(stable_part(prefix.update("It was the best of")), "");
  EXPECT_EQ(stable_part(prefix.update("it was the best of")), "it was the");
}

TEST(StablePrefix, KeepsThePromiseAndTakesTheRestOfAHypothesisThatContradicts) {
  StablePrefix prefix;
  (void)prefix.update("it was the best of times");
  ASSERT_EQ(stable_part(prefix.update("it was the best of times")), "it was the best");
  // A word replaced, one left out, one put in, other case: what follows the promise is still found.
  EXPECT_EQ(prefix.update("it is the best of times it was").text, "it was the best of times it was");
  EXPECT_EQ(prefix.update("it the best of times it was").text, "it was the best of times it was");
  EXPECT_EQ(prefix.update("and it was the best of times it was").text, "it was the best of times it was");
  EXPECT_EQ(prefix.update("It was the Best, of times it was").text, "it was the best of times it was");
  EXPECT_EQ(stable_part(prefix.update("")), "it was the best of times");
}

TEST(StablePrefix, CommittedTextIsStableAndTheOpenPartStartsAnew) {
  StablePrefix prefix;
  (void)prefix.update("it was the best of times");
  const PartialText committed = prefix.commit("It was the best of times,");
  EXPECT_EQ(committed.text, "It was the best of times,");
  EXPECT_EQ(stable_part(committed), committed.text);
  const PartialText next = prefix.update("it was the worst");
  EXPECT_EQ(next.text, "It was the best of times, it was the worst");
  EXPECT_EQ(stable_part(next), "It was the best of times,");
  EXPECT_EQ(stable_part(prefix.update("it was the worst")), "It was the best of times, it was");
}

TEST(StablePrefix, WordsPromisedBeyondACommitStayPromised) {
  StablePrefix prefix;
  (void)prefix.update("it was the best of times it was");
  ASSERT_EQ(stable_part(prefix.update("it was the best of times it was")), "it was the best of times");
  const PartialText committed = prefix.commit("It was the best");
  EXPECT_EQ(committed.text, "it was the best of times");
  EXPECT_EQ(stable_part(committed), "it was the best of times");
  EXPECT_EQ(prefix.update("of times it was the worst").text, "it was the best of times it was the worst");
}

TEST(StablePrefix, CountsCodePoints) {
  StablePrefix prefix;
  (void)prefix.update("naïve café one two");
  EXPECT_EQ(prefix.update("naïve café one two").stable_chars, 10U);
}

TEST(StablePrefix, ResetForgetsThePromise) {
  StablePrefix prefix;
  (void)prefix.commit("one two three");
  prefix.reset();
  const PartialText partial = prefix.update("four");
  EXPECT_EQ(partial.text, "four");
  EXPECT_EQ(partial.stable_chars, 0U);
}

// Whatever comes, each partial begins with what the ones before it promised.
TEST(StablePrefix, NeverBreaksAPromise) {
  EXPECT_TRUE(rc::check([] {
    const auto word = rc::gen::element<std::string>("a", "A", "b", "b,", "c", "ü", "...", "(", "d");
    const auto hypotheses = *rc::gen::container<std::vector<std::vector<std::string>>>(
        rc::gen::resize(12, rc::gen::container<std::vector<std::string>>(word)));
    StablePrefix prefix(
        StablePrefix::Options{*rc::gen::inRange<std::size_t>(1, 4), *rc::gen::inRange<std::size_t>(0, 3)});
    std::string promised;
    for (const std::vector<std::string>& words : hypotheses) {
      std::string hypothesis;
      for (const std::string& each : words) hypothesis += each + ' ';
      const bool final_part = *rc::gen::weightedElement<bool>({{4, false}, {1, true}});
      const PartialText partial = final_part ? prefix.commit(hypothesis) : prefix.update(hypothesis);
      RC_ASSERT(partial.text.starts_with(promised));
      RC_ASSERT(partial.stable_chars <= count_characters(partial.text));
      RC_ASSERT(stable_part(partial).starts_with(promised));
      if (final_part) RC_ASSERT(partial.stable_chars == count_characters(partial.text));
      promised = stable_part(partial);
    }
  }));
}

// A recogniser that only ever adds words has them all promised but the newest, exactly as it said them.
TEST(StablePrefix, AGrowingHypothesisIsShownAsItIs) {
  EXPECT_TRUE(rc::check([] {
    const auto words = *rc::gen::container<std::vector<std::string>>(
        rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z'))));
    StablePrefix prefix;
    std::string hypothesis;
    std::string promised;
    for (std::size_t i = 0; i < words.size(); ++i) {
      hypothesis += (i == 0 ? "" : " ") + words[i];
      const PartialText partial = prefix.update(hypothesis);
      RC_ASSERT(partial.text == hypothesis);
      if (i >= 2) promised += (i == 2 ? "" : " ") + words[i - 2];
      RC_ASSERT(stable_part(partial) == promised);
    }
  }));
}

}  // namespace
}  // namespace voicestand::text
