#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/pipeline/captioner_test_conversation.h"
#include "voicestand/pipeline/captioner_test_words.h"

// Speech that goes on without a pause, while a key is held.
namespace voicestand::pipeline {
namespace {

class CaptionerSettling : public CaptionerTest {
 protected:
  CaptionerSettling() { config_ = {.push_to_talk = true, .continues = true}; }

  // Decodes all that is due, and tells how much was the most that was heard at once.
  std::size_t decode_all() {
    std::size_t most = 0;
    while (const auto job = captioner().next_job(now())) {
      const std::size_t first = job->continuation != nullptr ? job->continuation->first_sample : 0;
      most = std::max(most, job->audio.size() - first);
      captioner().hypothesis(*job, test_words(*job), now());
    }
    return most;
  }
  std::size_t most_heard_of_nine_seconds() {
    begin();
    std::size_t most = 0;
    for (auto spoken = 0ms; spoken < 9s; spoken += 320ms) {
      hear(320ms);
      most = std::max(most, decode_all());
    }
    return most;
  }
  void release() {
    pause();
    end(speech::EndReason::kRelease);
    captioner().speech(Released{.at = now()}, now());
  }
};

TEST_F(CaptionerSettling, HoweverLongOneSpeaksLittleIsHeardAtOnce) {
  begin();
  std::size_t most = 0;
  for (auto spoken = 0ms; spoken < 30s; spoken += 320ms) {
    hear(320ms);
    most = std::max(most, decode_all());
  }
  release();
  most = std::max(most, decode_all());
  EXPECT_LE(most, samples(6s));
  const auto finals = sink_.all<Final>();
  ASSERT_EQ(finals.size(), 1U);
  // All of it, from the first word on and in order, is in the final.
  ASSERT_TRUE(finals[0].words);
  EXPECT_LT(finals[0].words->front().start_s, 0.5);
  EXPECT_GT(finals[0].words->back().end_s, 29.5);
  for (std::size_t i = 1; i < finals[0].words->size(); ++i) {
    EXPECT_GE(finals[0].words->at(i).start_s, finals[0].words->at(i - 1).end_s);
    EXPECT_LT(finals[0].words->at(i).start_s, finals[0].words->at(i - 1).end_s + 0.5);
  }
}

TEST_F(CaptionerSettling, WhatEndsSoonIsHeardAsAWhole) {
  begin();
  for (int i = 0; i < 17; ++i) {
    hear(320ms);
    (void)decode_all();
  }
  release();  // after 5.4 s: the beginning was settled at 5 s, and is not needed
  EXPECT_GT(decode_all(), samples(5s));
}

TEST_F(CaptionerSettling, NothingSettlesHandsFree) {
  config_.push_to_talk = false;
  EXPECT_GT(most_heard_of_nine_seconds(), samples(8s)) << "there is time at the endpoint, to hear all of it with care";
}

TEST_F(CaptionerSettling, NorWhereTheEngineCannotGoOn) {
  config_.continues = false;
  EXPECT_GT(most_heard_of_nine_seconds(), samples(8s));
}

TEST_F(CaptionerSettling, IsGivenUpWhereSpeechTakesATurnAndDoneWhereItIsNeeded) {
  begin();
  hear(5'120ms);
  const auto settling = captioner().next_job(now());
  ASSERT_TRUE(settling);
  EXPECT_TRUE(settling->settles);
  EXPECT_TRUE(settling->partial) << "may be given up";
  EXPECT_EQ(settling->end_sample, samples(5s));
  pause();
  captioner().hypothesis(*settling, fail(Errc::kInterrupted, "interrupted"), now());
  const auto at_pause = captioner().next_job(now());
  EXPECT_FALSE(at_pause && at_pause->settles) << "the pause is short of where it would be in force";
  captioner().speech(SegmentResumed{}, now());
  hear(1'024ms);
  release();
  const auto needed = captioner().next_job(now());
  ASSERT_TRUE(needed);
  EXPECT_TRUE(needed->settles);
  EXPECT_FALSE(needed->partial) << "the final waits for it";
  EXPECT_LT(decode_all(), samples(5'100ms));
  EXPECT_EQ(sink_.all<Final>().size(), 1U);
}

TEST_F(CaptionerSettling, WhatCannotBeHeardSettlesNothing) {
  begin();
  hear(5'504ms);
  const auto settling = captioner().next_job(now());
  ASSERT_TRUE(settling);
  ASSERT_TRUE(settling->settles);
  captioner().hypothesis(*settling, fail(Errc::kWorkerFailed, "failed"), now());
  const auto next = captioner().next_job(now());
  ASSERT_FALSE(next && next->settles) << "the next chance comes a second later";
  hear(1s);
  const auto again = captioner().next_job(now());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->settles);
  EXPECT_EQ(again->end_sample, samples(6s));
}

}  // namespace
}  // namespace voicestand::pipeline
