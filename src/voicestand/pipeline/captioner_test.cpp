#include "voicestand/pipeline/captioner.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/pipeline/captioner_test_conversation.h"

namespace voicestand::pipeline {
namespace {

using testing::SizeIs;

TEST_F(CaptionerTest, SaysAPartialWhileOneSpeaks) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("it was", 40ms));
  const auto partials = sink_.all<Partial>();
  ASSERT_THAT(partials, SizeIs(1));
  EXPECT_EQ(partials[0].text, "it was");
  EXPECT_NEAR(partials[0].audio_s, 0.32, 1e-9);
  EXPECT_NEAR(partials[0].lag_ms, 40, 1e-6);
}

TEST_F(CaptionerTest, AFinalTellsWhenItsFirstPartialCame) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("it was", 40ms));
  hear(320ms);
  ASSERT_TRUE(decode("it was the", 40ms));
  pause();
  hear(512ms);
  decode("it was the best");
  end();
  while (decode("it was the best")) {
  }
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  EXPECT_NEAR(finals[0].latency.first_partial_ms.value(), 100 + 320 + 40, 1e-6);
  EXPECT_NEAR(finals[0].latency.detection_ms.value(), 100, 1e-6);
  EXPECT_NEAR(finals[0].latency.conditioning_ms.value(), 0.04, 1e-6);
  EXPECT_FALSE(finals[0].latency.capture_ms) << "of an input that is not live nothing waits for its block";
  EXPECT_EQ(finals[0].settled_at, now());
}

TEST_F(CaptionerTest, PartialsKeepTheirInterval) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("it", 10ms));
  hear(224ms);
  EXPECT_FALSE(decode("it was"));
  hear(96ms);
  EXPECT_TRUE(decode("it was"));
}

TEST_F(CaptionerTest, WhatWasNotMadeOutIsSoonTriedAgain) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("", 10ms));
  hear(64ms);
  EXPECT_FALSE(decode("it"));
  hear(32ms);
  EXPECT_TRUE(decode("it"));
}

TEST_F(CaptionerTest, PartialsBecomeRarerOnASlowMachine) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("it", 400ms));
  hear(768ms);
  EXPECT_FALSE(decode("it was")) << "1200 ms have not passed since the last one began";
  hear(32ms);
  EXPECT_TRUE(decode("it was"));
}

TEST_F(CaptionerTest, AWordThatIsDoubtedIsNoneWhereHardlyAnythingWasHeard) {
  const auto final_of = [&](std::chrono::milliseconds speech, std::optional<float> confidence) {
    const auto before = sink_.all<Final>().size();
    clock_.advance(1s);
    begin(before + 1);
    hear(speech);
    pause();
    hear(512ms);
    end();
    const auto job = captioner().next_job(now());
    captioner().hypothesis(
        *job, speech::Hypothesis{.text = "Okay", .words = {}, .confidence = confidence, .decode_time = {}}, now());
    return sink_.all<Final>().size() > before;
  };
  EXPECT_FALSE(final_of(128ms, 0.56F));
  EXPECT_TRUE(final_of(128ms, 0.9F)) << "short and clear";
  EXPECT_TRUE(final_of(416ms, 0.56F)) << "doubted, but long enough to be a word";
  EXPECT_TRUE(final_of(128ms, std::nullopt)) << "an engine that does not know";
}

TEST_F(CaptionerTest, NorIsItShownBefore) {
  const auto shown = [&](std::chrono::milliseconds speech, float confidence) {
    const auto before = sink_.all<Partial>().size();
    clock_.advance(1s);
    begin(before + 1);
    hear(speech);
    pause();
    hear(160ms);
    const auto job = captioner().next_job(now());
    captioner().hypothesis(
        *job, speech::Hypothesis{.text = "Okay", .words = {}, .confidence = confidence, .decode_time = {}}, now());
    const bool is = sink_.all<Partial>().size() > before;
    end();
    while (decode("")) {
    }
    return is;
  };
  EXPECT_FALSE(shown(128ms, 0.56F));
  EXPECT_TRUE(shown(128ms, 0.9F));
  EXPECT_TRUE(shown(416ms, 0.56F));
}

TEST_F(CaptionerTest, WhatWasUnderstoodSoFarIsADraftOfTheNext) {
  begin();
  hear(320ms);
  EXPECT_EQ(captioner().next_job(now())->draft, nullptr);
  ASSERT_TRUE(decode("it was", 10ms));
  hear(320ms);
  const auto job = captioner().next_job(now());
  ASSERT_TRUE(job);
  EXPECT_TRUE(job->partial);
  ASSERT_NE(job->draft, nullptr);
  EXPECT_EQ(job->draft->text, "it was");
}

TEST_F(CaptionerTest, APartialThatWasGivenUpLeavesNoTrace) {
  begin();
  hear(320ms);
  const auto job = captioner().next_job(now());
  ASSERT_TRUE(job);
  pause();
  captioner().speech(window(false), now());
  captioner().hypothesis(*job, fail(Errc::kInterrupted, "interrupted"), now());
  EXPECT_THAT(sink_.all<Partial>(), SizeIs(0));
  EXPECT_THAT(sink_.all<Failure>(), SizeIs(0));
  hear(96ms);
  const auto next = captioner().next_job(now());
  ASSERT_TRUE(next) << "the pause is worth a decode";
  EXPECT_FALSE(next->partial);
  EXPECT_EQ(next->draft, nullptr);
}

TEST_F(CaptionerTest, HowMuchSilenceIsHeardDoesNotDependOnWhenDecodingBegins) {
  begin();
  hear(640ms);
  pause();
  hear(96ms);
  const auto early = captioner().next_job(now());
  hear(160ms);
  const auto late = captioner().next_job(now());
  ASSERT_TRUE(early && late);
  EXPECT_EQ(early->end_sample, late->end_sample);
  EXPECT_EQ(early->audio.size(), late->audio.size());
}

TEST_F(CaptionerTest, NoPartialStartsWhereSpeechFallsSilent) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("it", 10ms));
  hear(320ms);
  clock_.advance(32ms);
  captioner().speech(window(false), now());
  EXPECT_FALSE(decode("it was"));
  EXPECT_FALSE(captioner().next_deadline()) << "there is nothing to wake up for";
  hear(32ms);
  EXPECT_TRUE(decode("it was"));
}

TEST_F(CaptionerTest, NothingIsDueBeforeMoreIsHeard) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("it", 400ms));
  EXPECT_FALSE(captioner().next_deadline());
}

TEST_F(CaptionerTest, ACutInAPauseHasALatency) {
  begin();
  hear(1s);
  pause();
  hear(224ms);
  end(speech::EndReason::kCut);
  ASSERT_TRUE(decode("It was.", 50ms));
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  ASSERT_TRUE(finals[0].latency.speech_end_to_final_ms);
  EXPECT_NEAR(*finals[0].latency.speech_end_to_final_ms, 274, 1e-6);
}

TEST_F(CaptionerTest, ACutInAPauseIsServedByTheDecodeThatThePauseBrought) {
  begin();
  hear(1s);
  pause();
  hear(256ms);
  ASSERT_TRUE(decode("It was.", 50ms));
  hear(96ms);
  captioner().speech(SegmentEnded{.end_sample = position_ - samples(112ms),
                                  .speech_end_sample = speech_end_,
                                  .reason = speech::EndReason::kCut,
                                  .decided_at = now()},
                     now());
  EXPECT_THAT(sink_.all<Final>(), SizeIs(1)) << "what it heard behind the cut was silence";
}

TEST_F(CaptionerTest, PartialsCanBeSwitchedOff) {
  config_.partials = false;
  begin();
  hear(2s);
  EXPECT_FALSE(decode("it was"));
  EXPECT_FALSE(captioner().next_deadline());
}

TEST_F(CaptionerTest, AShortPauseIsDecodedSpeculativelyAndTheFinalIsReadyAtTheEndpoint) {
  begin();
  hear(1s);
  ASSERT_TRUE(decode("it was the", 50ms));
  pause();
  hear(128ms);
  ASSERT_TRUE(decode("It was the best.", 50ms)) << "speculative";
  EXPECT_FALSE(decode("")) << "nothing new since";
  hear(384ms);
  ASSERT_TRUE(decode("It was the best.", 100ms)) << "with care";
  EXPECT_FALSE(decode(""));
  end();
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  EXPECT_EQ(finals[0].text, "It was the best.");
  EXPECT_TRUE(captioner().idle());
  ASSERT_TRUE(finals[0].latency.speech_end_to_final_ms);
  EXPECT_EQ(finals[0].latency.speech_end_to_final_ms, finals[0].latency.endpoint_ms) << "the decode cost nothing more";
}

TEST_F(CaptionerTest, SpeechThatGoesOnIsDecodedAgain) {
  begin();
  hear(1s);
  pause();
  hear(128ms);
  ASSERT_TRUE(decode("It was."));
  captioner().speech(SegmentResumed{}, now());
  hear(1s);
  pause();
  hear(512ms);
  end();
  ASSERT_TRUE(sink_.all<Final>().empty()) << "the old hypothesis has not heard the rest";
  ASSERT_TRUE(decode("It was the best."));
  ASSERT_THAT(sink_.all<Final>(), SizeIs(1));
  EXPECT_EQ(sink_.all<Final>()[0].text, "It was the best.");
}

TEST_F(CaptionerTest, ACutInThePastIsNotServedByAHypothesisThatHeardMore) {
  begin();
  hear(10s);
  ASSERT_TRUE(decode("one two three"));
  captioner().speech(SegmentEnded{.end_sample = position_ - samples(2s),
                                  .speech_end_sample = position_ - samples(2100ms),
                                  .reason = speech::EndReason::kCut,
                                  .decided_at = now()},
                     now());
  EXPECT_TRUE(sink_.all<Final>().empty());
  const auto job = captioner().next_job(now());
  ASSERT_TRUE(job);
  EXPECT_EQ(job->audio.size(), samples(10016ms) - samples(2s));
  ASSERT_TRUE(decode("one two"));
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  EXPECT_EQ(finals[0].text, "one two");
  EXPECT_FALSE(finals[0].latency.speech_end_to_final_ms) << "speech has not ended";
}

TEST_F(CaptionerTest, NothingIsSaidOfNoise) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode(""));
  pause();
  hear(512ms);
  end();
  ASSERT_TRUE(decode(""));
  EXPECT_TRUE(sink_.all<Partial>().empty());
  EXPECT_TRUE(sink_.all<Final>().empty());
  EXPECT_TRUE(captioner().idle());
}

TEST_F(CaptionerTest, WhatWasShownIsTakenBackByAnEmptyFinal) {
  begin();
  hear(320ms);
  ASSERT_TRUE(decode("uh"));
  pause();
  hear(512ms);
  end();
  ASSERT_TRUE(decode(""));
  ASSERT_THAT(sink_.all<Final>(), SizeIs(1));
  EXPECT_EQ(sink_.all<Final>()[0].text, "");
}

TEST_F(CaptionerTest, AFailureKeepsWhatIsKnown) {
  begin();
  hear(1s);
  ASSERT_TRUE(decode("it was the best"));
  pause();
  hear(512ms);
  end();
  const auto job = captioner().next_job(now());
  ASSERT_TRUE(job);
  captioner().hypothesis(*job, fail(Errc::kWorkerFailed, "it died twice"), now());
  EXPECT_THAT(sink_.all<Failure>(), SizeIs(1));
  ASSERT_THAT(sink_.all<Final>(), SizeIs(1));
  EXPECT_EQ(sink_.all<Final>()[0].text, "it was the best");
}

TEST_F(CaptionerTest, PushToTalkIsOneUtteranceUntilTheRelease) {
  config_.push_to_talk = true;
  begin(1);
  hear(1s);
  pause();
  hear(512ms);
  end();
  ASSERT_TRUE(decode("It was the best of times."));
  EXPECT_TRUE(sink_.all<Final>().empty());
  begin(1);
  hear(1s);
  ASSERT_TRUE(decode("It was"));
  EXPECT_EQ(sink_.all<Partial>().back().text, "It was the best of times. It was");
  pause();
  hear(128ms);
  end(speech::EndReason::kRelease);
  captioner().speech(Released{.at = now()}, now());
  ASSERT_TRUE(decode("It was the worst.", 30ms));
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  EXPECT_EQ(finals[0].text, "It was the best of times. It was the worst.");
  ASSERT_TRUE(finals[0].latency.release_to_final_ms);
  EXPECT_NEAR(*finals[0].latency.release_to_final_ms, 30, 1e-6);
  EXPECT_TRUE(captioner().idle());
}

TEST_F(CaptionerTest, SpeechDuringALongDecodeIsKeptApart) {
  begin(1);
  hear(1s);
  pause();
  hear(512ms);
  end();
  begin(2);  // while the first is being decoded
  hear(640ms);
  ASSERT_TRUE(decode("First."));
  ASSERT_THAT(sink_.all<Final>(), SizeIs(1));
  EXPECT_EQ(sink_.all<Final>()[0].text, "First.");
  ASSERT_TRUE(decode("second"));
  EXPECT_EQ(sink_.all<Partial>().back().utterance, 2U);
}

TEST_F(CaptionerTest, WordsGetTheStreamsTime) {
  clock_.advance(2s);
  begin();
  hear(1s);
  pause();
  hear(512ms);
  end();
  const auto job = captioner().next_job(now());
  ASSERT_TRUE(job);
  captioner().hypothesis(
      *job,
      speech::Hypothesis{.text = "hello",
                         .words = {{{.text = "hello", .start_s = 0.1, .end_s = 0.4, .confidence = 0.9F}}},
                         .confidence = 0.9F,
                         .decode_time = 10ms},
      now());
  const auto finals = sink_.all<Final>();
  ASSERT_THAT(finals, SizeIs(1));
  ASSERT_TRUE(finals[0].words);
  ASSERT_THAT(*finals[0].words, SizeIs(1));
  EXPECT_NEAR(finals[0].words->front().start_s, 2.1, 1e-9);
  EXPECT_NEAR(*finals[0].confidence, 0.9, 1e-6);
}

}  // namespace
}  // namespace voicestand::pipeline
