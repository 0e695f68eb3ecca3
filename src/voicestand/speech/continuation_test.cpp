#include "voicestand/speech/continuation.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

// Words of one to three tokens, one every `every_s`, each as long as it lasts to the next but a little.
Hypothesis speech_of(std::size_t words, double every_s = 0.4) {
  Hypothesis said;
  said.words.emplace();
  for (std::size_t i = 0; i < words; ++i) {
    Word word{.text = "w" + std::to_string(i), .confidence = 0.9F};
    word.start_s = every_s * static_cast<double>(i) + 0.05;
    word.end_s = every_s * static_cast<double>(i + 1);
    word.first_token = static_cast<std::uint32_t>(said.tokens.size());
    for (std::size_t token = 0; token <= i % 3; ++token)
      said.tokens.push_back(static_cast<std::uint32_t>(10 * i + token));
    said.text += (i == 0 ? "" : " ") + word.text;
    said.words->push_back(std::move(word));
  }
  said.confidence = 0.9F;
  said.log_probability = -0.5F;
  return said;
}

constexpr std::size_t samples(double seconds) {
  return static_cast<std::size_t>(seconds * kSampleRateHz);
}

// What an engine hears of `all` that is told to go on with `from`.
Hypothesis heard_on(const Hypothesis& all, const Continuation& from) {
  Hypothesis on;
  on.words.emplace();
  const std::size_t first = from.before.words->size();
  const std::uint32_t first_token = (*all.words)[first].first_token;
  on.tokens.assign(all.tokens.begin() + first_token, all.tokens.end());
  for (std::size_t i = first; i < all.words->size(); ++i) {
    Word word = (*all.words)[i];
    word.first_token -= first_token;
    word.start_s -= static_cast<double>(from.first_sample) / kSampleRateHz;
    word.end_s -= static_cast<double>(from.first_sample) / kSampleRateHz;
    on.words->push_back(std::move(word));
  }
  return on;
}

TEST(Continuation, LeavesTheLastSecondOpenAndHearsTwoWordsOnceMore) {
  const auto from = continuation_of(speech_of(12), samples(5));
  ASSERT_TRUE(from);
  ASSERT_EQ(from->known.size(), 2U);  // ten words have ended by the fourth second
  EXPECT_EQ(from->known.front().text, "w8");
  EXPECT_EQ(from->known.back().text, "w9");
  EXPECT_EQ(from->before.text, "w0 w1 w2 w3 w4 w5 w6 w7");
  EXPECT_EQ(from->begun, (std::vector<std::uint32_t>{80, 81, 82, 90}));
  EXPECT_EQ(from->before.tokens.size(), 15U);
  EXPECT_NEAR(static_cast<double>(from->first_sample) / kSampleRateHz, 8 * 0.4, 0.01);
}

TEST(Continuation, IsNotMadeOfTooLittle) {
  EXPECT_FALSE(continuation_of({}, samples(5)));
  EXPECT_FALSE(continuation_of(speech_of(2), samples(5))) << "nothing lies before the words that are heard again";
  EXPECT_FALSE(continuation_of(speech_of(9), samples(5))) << "nothing has been said lately";
  EXPECT_FALSE(continuation_of(speech_of(12, 0.1), samples(2))) << "hardly shorter";
  Hypothesis without_tokens = speech_of(12);
  without_tokens.tokens.clear();
  EXPECT_FALSE(continuation_of(without_tokens, samples(5)));
  Hypothesis without_words = speech_of(12);
  without_words.words.reset();
  EXPECT_FALSE(continuation_of(without_words, samples(5)));
  Hypothesis out_of_bounds = speech_of(12);
  for (Word& word : *out_of_bounds.words) word.first_token += 1'000;
  EXPECT_FALSE(continuation_of(out_of_bounds, samples(5)));
}

RC_GTEST_PROP(Continuation, JoinedToWhatFollowsItIsTheWhole, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(26, 80);
  const double every_s = 0.1 * *rc::gen::inRange(1, 10);
  const Hypothesis all = speech_of(count, every_s);
  const Hypothesis beginning = speech_of(*rc::gen::inRange<std::size_t>(25, count), every_s);
  const auto from = continuation_of(beginning, samples(beginning.words->back().end_s));
  RC_ASSERT(from.has_value());
  const Hypothesis whole = joined(*from, heard_on(all, *from));
  RC_ASSERT(whole.text == all.text);
  RC_ASSERT(whole.tokens == all.tokens);
  for (std::size_t i = 0; i < count; ++i) {
    const Word& word = whole.words->at(i);
    RC_ASSERT(word.text == all.words->at(i).text);
    RC_ASSERT(word.first_token == all.words->at(i).first_token);
    RC_ASSERT(std::abs(word.start_s - all.words->at(i).start_s) < 1e-3);
    RC_ASSERT(word.end_s > word.start_s);
  }
  // And what is joined can be gone on from in its turn.
  const auto next = continuation_of(whole, samples(all.words->back().end_s));
  RC_ASSERT(next.has_value());
  RC_ASSERT(next->first_sample >= from->first_sample);
}

TEST(Continuation, WordsStayInOrderWhereTheirTimesDoNot) {
  const Hypothesis all = speech_of(14);
  const auto from = continuation_of(speech_of(12), samples(5));
  ASSERT_TRUE(from);
  Hypothesis on = heard_on(all, *from);
  for (Word& word : *on.words) word.start_s = word.end_s = 0;
  const Hypothesis whole = joined(*from, on);
  for (std::size_t i = 1; i < whole.words->size(); ++i) {
    EXPECT_GE(whole.words->at(i).start_s, whole.words->at(i - 1).end_s);
    EXPECT_GT(whole.words->at(i).end_s, whole.words->at(i).start_s);
  }
}

TEST(Continuation, KeepsWhatIsKnownThoughNothingIsHeardOfIt) {
  const auto from = continuation_of(speech_of(12), samples(5));
  ASSERT_TRUE(from);
  for (const Hypothesis& nothing : {Hypothesis{}, Hypothesis{.text = {}, .words = {{}}, .confidence = {}}}) {
    const Hypothesis whole = joined(*from, nothing);
    EXPECT_EQ(whole.text, "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9");
    EXPECT_EQ(whole.tokens.size(), from->before.tokens.size() + from->begun.size());
  }
}

TEST(Continuation, AKnownWordMayGetItsComma) {
  const auto from = continuation_of(speech_of(12), samples(5));
  ASSERT_TRUE(from);
  Hypothesis on = heard_on(speech_of(14), *from);
  on.words->at(1).text = "w9,";
  const Hypothesis whole = joined(*from, on);
  EXPECT_EQ(whole.words->at(9).text, "w9,");
  EXPECT_EQ(whole.words->at(9).start_s, from->known.back().start_s);
}

}  // namespace
}  // namespace voicestand::speech
