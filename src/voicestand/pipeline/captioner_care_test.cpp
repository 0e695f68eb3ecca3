#include <gtest/gtest.h>

#include "voicestand/pipeline/captioner.h"
#include "voicestand/pipeline/captioner_test_conversation.h"

// When what was said is heard once more, with care.
namespace voicestand::pipeline {
namespace {

TEST_F(CaptionerTest, AtAPauseThatLastsSpeechIsHeardWithCare) {
  begin();
  hear(320ms);
  EXPECT_FALSE(captioner().next_job(now())->careful) << "a partial";
  decode("it was");
  pause();
  hear(128ms);
  EXPECT_FALSE(captioner().next_job(now())->careful) << "it may go on at once";
  EXPECT_EQ(captioner().next_job(now())->heard, nullptr);
  decode("it was the");
  hear(96ms);
  EXPECT_FALSE(decode(""));
  hear(64ms);
  EXPECT_TRUE(captioner().next_job(now())->careful);
  ASSERT_NE(captioner().next_job(now())->heard, nullptr) << "of the same audio, without care";
  EXPECT_EQ(captioner().next_job(now())->heard->text, "it was the");
  decode("it was the best");
  EXPECT_FALSE(decode(""));
  hear(256ms);
  end();
  EXPECT_FALSE(decode("")) << "it was all heard";
  EXPECT_EQ(sink_.all<Final>().back().text, "it was the best");
}

TEST_F(CaptionerTest, WhatCouldNotBeHeardIsNotTakenForHeard) {
  begin();
  hear(320ms);
  decode("it was");
  pause();
  hear(128ms);
  captioner().hypothesis(*captioner().next_job(now()), fail(Errc::kWorkerFailed, "it died twice"), now());
  hear(160ms);
  EXPECT_TRUE(captioner().next_job(now())->careful);
  EXPECT_EQ(captioner().next_job(now())->heard, nullptr);
}

TEST_F(CaptionerTest, WhatStaysIsHeardWithCareHoweverSoonItEnds) {
  begin();
  hear(640ms);
  pause();
  hear(128ms);
  decode("hastily");
  end();
  EXPECT_TRUE(captioner().next_job(now())->careful);
  decode("with care");
  EXPECT_EQ(sink_.all<Final>().back().text, "with care");
}

TEST_F(CaptionerTest, WhoLetsGoOfAKeyDoesNotWaitForCare) {
  config_.push_to_talk = true;
  begin();
  hear(640ms);
  pause();
  hear(160ms);
  end();
  captioner().speech(Released{.at = now()}, now());
  EXPECT_FALSE(captioner().next_job(now())->careful);
}

}  // namespace
}  // namespace voicestand::pipeline
