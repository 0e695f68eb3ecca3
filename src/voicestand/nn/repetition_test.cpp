#include "voicestand/nn/repetition.h"

#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace voicestand::nn {
namespace {

// `start`, then `count` tokens that repeat 100, 101, … with a period.
std::vector<Token> repeating(std::vector<Token> start, std::size_t period, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) start.push_back(static_cast<Token>(100 + i % period));
  return start;
}

TEST(Repetition, NothingIsNone) {
  EXPECT_EQ(before_repetition({}), std::nullopt);
}

TEST(Repetition, ARunIsCutBehindItsFirstTime) {
  EXPECT_EQ(before_repetition(repeating({1, 2, 3}, 1, 24)), 4);
  EXPECT_EQ(before_repetition(repeating({1, 2, 3}, 5, 24)), 8);
  EXPECT_EQ(before_repetition(repeating({1, 2, 3}, 16, 64)), 19);
  EXPECT_EQ(before_repetition(repeating({}, 6, 24)), 6);
}

TEST(Repetition, AShorterOneIsSpeech) {
  EXPECT_EQ(before_repetition(repeating({1, 2, 3}, 1, 23)), std::nullopt);
  EXPECT_EQ(before_repetition(repeating({1, 2, 3}, 5, 23)), std::nullopt);
  EXPECT_EQ(before_repetition(repeating({1, 2, 3}, 16, 63)), std::nullopt);
  EXPECT_EQ(before_repetition(repeating({1, 2, 3}, 17, 200)), std::nullopt);
}

TEST(Repetition, OnlyTheEndCounts) {
  auto tokens = repeating({}, 2, 40);
  tokens.push_back(7);
  EXPECT_EQ(before_repetition(tokens), std::nullopt);
}

// A decoder asks after each token: then a run is found as soon as it is long enough, and what is kept has none.
RC_GTEST_PROP(Repetition, IsFoundAtOnceAndCutClean, ()) {
  const auto start = *rc::gen::container<std::vector<Token>>(rc::gen::inRange<Token>(0, 100));
  const auto period = *rc::gen::inRange<std::size_t>(1, kLongestPeriod + 1);
  const std::size_t needed = std::max(kLeastRun, kLeastRepeats * period);
  const auto tokens = repeating(start, period, needed);
  for (std::size_t size = 0; size < tokens.size(); ++size) {
    if (const auto kept = before_repetition({tokens.data(), size})) {
      // A run in `start`, which rapidcheck likes to make of zeros.
      RC_ASSERT(size <= start.size());
      return;
    }
  }
  const auto kept = before_repetition(tokens);
  RC_ASSERT(kept.has_value());
  RC_ASSERT(*kept == start.size() + period);
  RC_ASSERT(!before_repetition({tokens.data(), *kept}).has_value());
}

}  // namespace
}  // namespace voicestand::nn
