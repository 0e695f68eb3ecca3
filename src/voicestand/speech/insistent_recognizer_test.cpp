#include "voicestand/speech/insistent_recognizer.h"

#include <algorithm>
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/speech/continuation.h"
#include "voicestand/speech/voice_activity_detector.h"

namespace voicestand::speech {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

using Answer = std::function<Result<Hypothesis>(std::span<const float>)>;

// Answers as told, and remembers how long each audio was.
class ScriptedRecognizer final : public Recognizer {
 public:
  ScriptedRecognizer(Answer answer, std::vector<std::size_t>& asked) : answer_(std::move(answer)), asked_(asked) {}
  Result<Hypothesis> recognize(const Request& request) override {
    asked_.push_back(request.audio.size());
    std::vector<float> heard(request.audio.size());
    request.audio.copy_to(heard);
    auto answer = answer_(heard);
    if (request.continuation == nullptr) return answer;
    // No more than is known, unless the audio is loud.
    auto known = request.continuation->before;
    if (heard.front() >= 1) known.tokens.assign({1, 2, 3, 4});
    return known;
  }
  void interrupt() noexcept override {}
  [[nodiscard]] const RecognizerInfo& info() const noexcept override { return info_; }
  [[nodiscard]] std::size_t max_samples() const noexcept override { return std::size_t{22} * kSampleRateHz; }

 private:
  Answer answer_;
  std::vector<std::size_t>& asked_;
  RecognizerInfo info_;
};

Hypothesis said(std::string text) {
  return {.text = std::move(text), .words = {}, .confidence = {}, .decode_time = 10ms};
}

class InsistentRecognizerTest : public testing::Test {
 protected:
  Result<Hypothesis> ask(std::span<const float> audio, Answer answer, bool careful = false,
                         const Hypothesis* heard = nullptr, const Continuation* continuation = nullptr) {
    InsistentRecognizer insistent(std::make_unique<ScriptedRecognizer>(std::move(answer), asked_));
    return insistent.recognize({.audio = audio, .continuation = continuation, .careful = careful, .heard = heard});
  }
  // What is said to audio with `silence` samples of it in front.
  Answer sure(std::map<std::size_t, std::pair<std::string, float>> of_silence) {
    return [this, of_silence = std::move(of_silence)](std::span<const float> audio) {
      const auto& [text, log_probability] = of_silence.at(audio.size() - audio_.size());
      Hypothesis hypothesis = said(text);
      hypothesis.log_probability = log_probability;
      hypothesis.words = {{{.text = text, .start_s = 0.2, .end_s = 0.4, .confidence = {}}}};
      return hypothesis;
    };
  }
  std::vector<std::size_t> asked_;
  std::vector<float> audio_ = std::vector<float>(3 * kSampleRateHz, 0.1F);
};

TEST_F(InsistentRecognizerTest, AnAnswerIsTakenAtOnce) {
  EXPECT_EQ(ask(audio_, [](auto) { return said("hello"); })->text, "hello");
  EXPECT_THAT(asked_, ElementsAre(audio_.size()));
}

TEST_F(InsistentRecognizerTest, NothingIsAskedAgainWithSilenceInFront) {
  const auto answer = ask(audio_, [](std::span<const float> audio) { return said(audio.front() == 0 ? "hello" : ""); });
  EXPECT_EQ(answer->text, "hello");
  EXPECT_EQ(answer->decode_time, 20ms) << "both decodes count";
  EXPECT_THAT(asked_, ElementsAre(audio_.size(), audio_.size() + 1600));
}

TEST_F(InsistentRecognizerTest, ThenInHalvesPartedWhereItIsQuiet) {
  std::fill(audio_.begin() + 20'000, audio_.begin() + 21'000, 0.001F);
  audio_.front() = 0.2F;  // only the left half has it
  const auto answer = ask(audio_, [&](std::span<const float> audio) {
    if (audio.size() >= audio_.size()) return said("");
    return said(audio.front() == 0.2F ? "left" : "right");
  });
  EXPECT_EQ(answer->text, "left right");
  ASSERT_EQ(asked_.size(), 4U);
  EXPECT_GE(asked_[2], 20'000U);
  EXPECT_LE(asked_[2], 21'000U);
}

TEST_F(InsistentRecognizerTest, WhereNothingIsAddedToWhatIsKnownAllIsHeardFromTheBeginning) {
  Continuation known;
  known.before = said("known");
  known.before.tokens = {1, 2};
  known.begun = {3};
  known.known = {{.text = "word", .start_s = 0.5, .end_s = 0.9, .confidence = {}}};
  const Answer all = [](auto) { return said("known word and more"); };
  EXPECT_EQ(ask(audio_, all, false, nullptr, &known)->text, "known word and more");
  EXPECT_EQ(asked_.size(), 2U);
  known.known.front().end_s = 2.5;
  EXPECT_EQ(ask(audio_, all, false, nullptr, &known)->text, "known") << "half a second may well be no word";
  known.known.front().end_s = 0.9;
  audio_.front() = 1;
  EXPECT_EQ(ask(audio_, all, false, nullptr, &known)->tokens.size(), 4U) << "something was added";
}

TEST_F(InsistentRecognizerTest, ShortSpeechMayBeNoWord) {
  EXPECT_EQ(ask(std::span(audio_).first(kSampleRateHz), [](auto) { return said(""); })->text, "");
  EXPECT_EQ(asked_.size(), 1U);
}

TEST_F(InsistentRecognizerTest, TheLongestAudioStaysWithinTheEnginesLimit) {
  audio_.assign(std::size_t{22} * kSampleRateHz, 0.1F);
  (void)ask(audio_, [](auto) { return said(""); });
  EXPECT_LE(*std::ranges::max_element(asked_), audio_.size());
}

TEST_F(InsistentRecognizerTest, WhatIsSureIsNotHeardAgain) {
  EXPECT_EQ(ask(audio_, sure({{0, {"clear", -0.05F}}}), true)->text, "clear");
  EXPECT_EQ(asked_.size(), 1U);
}

TEST_F(InsistentRecognizerTest, WithoutTimeTheFirstAnswerCounts) {
  EXPECT_EQ(ask(audio_, sure({{0, {"mumbled", -0.5F}}}))->text, "mumbled");
  EXPECT_EQ(asked_.size(), 1U);
}

TEST_F(InsistentRecognizerTest, TheSurestOfThreeHearingsCounts) {
  const auto answer = ask(audio_, sure({{0, {"a", -0.4F}}, {800, {"b", -0.2F}}, {1600, {"c", -0.3F}}}), true);
  EXPECT_EQ(answer->text, "b");
  EXPECT_EQ(answer->decode_time, 30ms);
  EXPECT_NEAR(answer->words->front().start_s, 0.15, 1e-9) << "in the time of the audio that was given";
  EXPECT_THAT(asked_, ElementsAre(audio_.size(), audio_.size() + 800, audio_.size() + 1600));
}

TEST_F(InsistentRecognizerTest, WhatWasHeardAlreadyIsNotHeardAgain) {
  auto heard = said("clear");
  heard.log_probability = -0.05F;
  EXPECT_EQ(ask(audio_, sure({}), true, &heard)->text, "clear");
  EXPECT_TRUE(asked_.empty());
  heard.log_probability = -0.4F;
  const auto answer = ask(audio_, sure({{800, {"b", -0.2F}}, {1600, {"c", -0.3F}}}), true, &heard);
  EXPECT_EQ(answer->text, "b");
  EXPECT_EQ(answer->decode_time, 30ms) << "all three hearings";
  EXPECT_THAT(asked_, ElementsAre(audio_.size() + 800, audio_.size() + 1600));
}

TEST_F(InsistentRecognizerTest, ItIsHeardNoLongerThanUntilItIsClear) {
  EXPECT_EQ(ask(audio_, sure({{0, {"a", -0.4F}}, {800, {"b", -0.09F}}}), true)->text, "b");
}

TEST_F(InsistentRecognizerTest, NothingIsNeverTheSurest) {
  EXPECT_EQ(ask(audio_, sure({{0, {"a", -0.4F}}, {800, {"", 0.0F}}, {1600, {"", 0.0F}}}), true)->text, "a");
}

TEST_F(InsistentRecognizerTest, AnEngineThatNeverKnowsIsBelieved) {
  EXPECT_EQ(ask(audio_, [](auto) { return said("hello"); }, true)->text, "hello");
  EXPECT_EQ(asked_.size(), 1U);
}

TEST_F(InsistentRecognizerTest, WhatFillsTheEngineIsNotHeardAgain) {
  audio_.assign(std::size_t{22} * kSampleRateHz - 700, 0.1F);
  EXPECT_EQ(ask(audio_, sure({{0, {"a", -0.4F}}}), true)->text, "a");
}

TEST_F(InsistentRecognizerTest, AnErrorIsPassedOn) {
  EXPECT_FALSE(ask(audio_, [](auto) -> Result<Hypothesis> { return fail(Errc::kWorkerFailed, "dead"); }));
  EXPECT_EQ(asked_.size(), 1U);
}

TEST_F(InsistentRecognizerTest, WordsOfTheSecondHalfComeLater) {
  const auto answer = ask(audio_, [&](std::span<const float> audio) {
    Hypothesis hypothesis = said("");
    if (audio.size() >= audio_.size()) return hypothesis;
    hypothesis.text = "w";
    hypothesis.words = {{{.text = "w", .start_s = 0.1, .end_s = 0.2, .confidence = {}}}};
    return hypothesis;
  });
  ASSERT_TRUE(answer->words);
  ASSERT_EQ(answer->words->size(), 2U);
  EXPECT_NEAR((*answer->words)[1].start_s, static_cast<double>(asked_[2]) / kSampleRateHz + 0.1, 1e-9);
}

}  // namespace
}  // namespace voicestand::speech
