#include "voicestand/speech/segmenter.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace voicestand::speech {
namespace {

using std::chrono::milliseconds;
using Events = std::vector<SegmentEvent>;

constexpr float kLoud = -20.0F;
constexpr std::uint64_t kWindow = kWindowSamples;

// Windows of 32 ms are virtual time: each test says how many there are of what.
class SegmenterTest : public testing::Test {
 protected:
  void configure(const SegmenterConfig& config) { segmenter_ = Segmenter::create(config).value(); }

  Events feed(std::size_t windows, float probability, float level_dbfs = kLoud) {
    Events events;
    for (std::size_t i = 0; i < windows; ++i)
      for (const auto& event : segmenter_.feed(probability, level_dbfs)) events.push_back(event);
    return events;
  }
  Events speech(std::size_t windows) { return feed(windows, 0.9F); }
  Events silence(std::size_t windows) { return feed(windows, 0.01F, -60); }
  Events finish() {
    Events events;
    for (const auto& event : segmenter_.finish()) events.push_back(event);
    return events;
  }

  Segmenter segmenter_ = Segmenter::create({}).value();
};

TEST_F(SegmenterTest, SpeechStartsWithItsPreRollOnceItHasLastedLongEnough) {
  EXPECT_TRUE(silence(20).empty());
  EXPECT_TRUE(speech(2).empty());
  EXPECT_FALSE(segmenter_.speech_active());
  EXPECT_EQ(speech(1), (Events{SpeechStarted{.start_sample = 20 * kWindow - 4'800, .onset_sample = 20 * kWindow}}));
  EXPECT_TRUE(segmenter_.speech_active());
}

TEST_F(SegmenterTest, ThePreRollEndsAtTheBeginningOfTheAudio) {
  EXPECT_EQ(speech(3), (Events{SpeechStarted{.start_sample = 0, .onset_sample = 0}}));
}

TEST_F(SegmenterTest, AClickIsNotSpeech) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(speech(2).empty());
    EXPECT_TRUE(silence(1).empty());
  }
}

TEST_F(SegmenterTest, SpeechGoesOnAboveTheHangoverProbabilityButDoesNotBeginThere) {
  EXPECT_TRUE(feed(50, 0.45F).empty());
  speech(3);
  EXPECT_TRUE(feed(50, 0.45F).empty());
  EXPECT_TRUE(segmenter_.speech_active());
}

TEST_F(SegmenterTest, AnEndpointEndsTheSegmentAfterItsPauseAndKeepsThePostRoll) {
  silence(10);
  speech(30);
  const std::uint64_t speech_end = 40 * kWindow;
  EXPECT_EQ(silence(3), Events{});
  EXPECT_EQ(silence(1), Events{SpeechPaused{.speech_end_sample = speech_end}});
  EXPECT_FALSE(segmenter_.speech_active());
  EXPECT_EQ(silence(11), Events{});
  EXPECT_EQ(silence(1),
            (Events{SpeechEnded{
                .end_sample = speech_end + 4'000, .speech_end_sample = speech_end, .reason = EndReason::kEndpoint}}));
  EXPECT_FALSE(segmenter_.open_segment());
}

TEST_F(SegmenterTest, SpeechAfterAPauseResumesTheSegment) {
  speech(10);
  silence(6);
  EXPECT_EQ(feed(1, 0.4F), Events{});  // not yet
  EXPECT_EQ(speech(1), Events{SpeechResumed{.onset_sample = 17 * kWindow}});
  EXPECT_EQ(silence(15).size(), 1U);  // the endpoint pause begins anew
}

TEST_F(SegmenterTest, APauseTooShortToMatterIsNotTold) {
  speech(10);
  EXPECT_TRUE(silence(3).empty());
  EXPECT_TRUE(speech(1).empty());
}

TEST_F(SegmenterTest, ThePreRollDoesNotReachIntoThePreviousSegment) {
  SegmenterConfig config;
  config.endpoint_pause = milliseconds(200);
  config.pre_roll = milliseconds(1'000);
  configure(config);
  speech(10);
  silence(7);
  const auto events = speech(3);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<SpeechStarted>(events[0]).start_sample, 10 * kWindow + 7 * kWindow / 2);
}

TEST_F(SegmenterTest, PushToTalkNeverEndsAtAPause) {
  SegmenterConfig config;
  config.endpoint_pause = std::nullopt;
  configure(config);
  speech(10);
  EXPECT_EQ(silence(500).size(), 1U);  // paused
  EXPECT_TRUE(segmenter_.open_segment());
  EXPECT_EQ(finish(), (Events{SpeechEnded{.end_sample = 10 * kWindow + 4'000,
                                          .speech_end_sample = 10 * kWindow,
                                          .reason = EndReason::kRelease}}));
}

TEST_F(SegmenterTest, FinishInTheMiddleOfSpeechKeepsAllOfTheAudioThereIs) {
  speech(10);
  const auto events = segmenter_.finish(9 * kWindow + 100);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(*events.begin(), (SegmentEvent{SpeechEnded{.end_sample = 9 * kWindow + 100,
                                                       .speech_end_sample = 9 * kWindow + 100,
                                                       .reason = EndReason::kRelease}}));
  EXPECT_TRUE(finish().empty());
}

TEST_F(SegmenterTest, WhatIsTooQuietIsNotSpeech) {
  EXPECT_TRUE(feed(50, 1.0F, -101).empty());
  EXPECT_TRUE(feed(50, 1.0F, -std::numeric_limits<float>::infinity()).empty());
  EXPECT_TRUE(feed(50, 1.0F, std::numeric_limits<float>::quiet_NaN()).empty());
}

TEST_F(SegmenterTest, AProbabilityThatIsNoNumberIsNotSpeech) {
  EXPECT_TRUE(feed(50, std::numeric_limits<float>::quiet_NaN()).empty());
}

TEST_F(SegmenterTest, ResetForgetsTheSegmentAndCountsFromTheGiven) {
  speech(10);
  segmenter_.reset(1'000'000);
  EXPECT_FALSE(segmenter_.open_segment());
  EXPECT_EQ(speech(3), (Events{SpeechStarted{.start_sample = 1'000'000, .onset_sample = 1'000'000}}));
}

TEST_F(SegmenterTest, LongSpeechIsCutInItsLongestPauseOfTheSecondHalf) {
  speech(200);
  silence(10);  // longer, but too early
  speech(150);
  silence(4);
  speech(50);
  silence(8);  // windows 414 to 421
  speech(60);
  silence(6);
  const auto events = speech(200);
  ASSERT_EQ(events.size(), 3U);
  const std::uint64_t cut = 418 * kWindow;
  EXPECT_TRUE(std::holds_alternative<SpeechResumed>(events[0]));
  EXPECT_EQ(
      events[1],
      (SegmentEvent{SpeechEnded{.end_sample = cut, .speech_end_sample = 414 * kWindow, .reason = EndReason::kCut}}));
  EXPECT_EQ(events[2], (SegmentEvent{SpeechStarted{.start_sample = cut, .onset_sample = 422 * kWindow}}));
  EXPECT_TRUE(segmenter_.speech_active());
}

TEST_F(SegmenterTest, OfPausesOfOneLengthTheClearestIsTheCut) {
  speech(400);
  feed(3, 0.30F);
  speech(50);
  feed(3, 0.10F);  // windows 453 to 455
  speech(50);
  feed(3, 0.20F);
  const auto events = speech(200);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<SpeechEnded>(events[0]).end_sample, 453 * kWindow + 3 * kWindow / 2);
}

TEST_F(SegmenterTest, SpeechWithoutAnyPauseIsCutAtItsFaintestWindow) {
  speech(400);
  feed(1, 0.92F, -45);
  speech(20);
  feed(1, 0.61F, -25);  // window 421
  speech(20);
  feed(1, 0.66F, -24);
  const auto events = speech(200);
  ASSERT_EQ(events.size(), 2U);
  const std::uint64_t cut = 421 * kWindow + kWindow / 2;
  EXPECT_EQ(std::get<SpeechEnded>(events[0]).end_sample, cut);
  EXPECT_EQ(events[1], (SegmentEvent{SpeechStarted{.start_sample = cut, .onset_sample = cut}}));
}

TEST_F(SegmenterTest, WhenTheLengthIsReachedInALongPauseTheNextOnsetStartsTheNextSegment) {
  SegmenterConfig config;
  config.endpoint_pause = std::nullopt;
  configure(config);
  speech(100);
  const auto events = silence(600);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1],
            (SegmentEvent{SpeechEnded{
                .end_sample = 100 * kWindow + 4'000, .speech_end_sample = 100 * kWindow, .reason = EndReason::kCut}}));
  EXPECT_FALSE(segmenter_.open_segment());
  EXPECT_EQ(speech(3).size(), 1U);
}

TEST_F(SegmenterTest, ACutDuringALaterPauseTellsThatPauseAgainForTheNewSegment) {
  speech(500);
  silence(10);
  speech(109);
  const auto events = silence(6);
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0], (SegmentEvent{SpeechPaused{.speech_end_sample = 619 * kWindow}}));
  EXPECT_EQ(std::get<SpeechEnded>(events[1]).end_sample, 505 * kWindow);
  EXPECT_EQ(std::get<SpeechStarted>(events[2]).start_sample, 505 * kWindow);
  EXPECT_EQ(events[3], events[0]);
  EXPECT_EQ(segmenter_.open_segment()->speech_end_sample, 619 * kWindow);
  EXPECT_EQ(silence(20).size(), 1U);  // and it ends by its endpoint
}

TEST_F(SegmenterTest, PastTheSoftLengthAShorterPauseEndsTheSegment) {
  SegmenterConfig config;
  config.soft_segment = milliseconds(4'000);
  config.soft_pause = milliseconds(200);
  configure(config);
  speech(60);
  EXPECT_EQ(silence(8).size(), 1U);  // too early: a pause and no more
  EXPECT_EQ(speech(60).size(), 1U);
  EXPECT_EQ(silence(6).size(), 1U);
  EXPECT_EQ(silence(1), (Events{SpeechEnded{.end_sample = 128 * kWindow + 7 * kWindow / 2,
                                            .speech_end_sample = 128 * kWindow,
                                            .reason = EndReason::kCut}}));
}

TEST(SegmenterConfig, RefusesWhatCannotWork) {
  const auto refused = [](auto change) {
    SegmenterConfig config;
    change(config);
    const auto created = Segmenter::create(config);
    return !created && created.error().code == Errc::kBadConfig && !created.error().where.empty();
  };
  EXPECT_TRUE(Segmenter::create({}));
  EXPECT_TRUE(refused([](auto& config) { config.onset_probability = 0; }));
  EXPECT_TRUE(refused([](auto& config) { config.onset_probability = std::numeric_limits<float>::quiet_NaN(); }));
  EXPECT_TRUE(refused([](auto& config) { config.hangover_probability = 0.6F; }));
  EXPECT_TRUE(refused([](auto& config) { config.pre_roll = milliseconds(-1); }));
  EXPECT_TRUE(refused([](auto& config) { config.min_speech = milliseconds(0); }));
  EXPECT_TRUE(refused([](auto& config) { config.endpoint_pause = milliseconds(-500); }));
  EXPECT_TRUE(refused([](auto& config) { config.max_segment = milliseconds(100); }));
  EXPECT_TRUE(refused([](auto& config) { config.max_segment = milliseconds(31'000); }));
}

}  // namespace
}  // namespace voicestand::speech
