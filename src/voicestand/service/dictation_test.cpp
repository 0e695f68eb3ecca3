#include "voicestand/service/dictation.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "voicestand/service/dictation_test_reading.h"

namespace voicestand::service {
namespace {

using testing::IsEmpty;

TEST_F(DictationTest, NoWordIsLostWhereverTheKeyGoesDown) {
  for (const int late_ms : {-200, -100, -50, 0, 100, 300}) {
    EXPECT_EQ(dictate(kOnset + milliseconds(late_ms), kEnd + milliseconds(300)), "evertriedeverfailed") << late_ms;
  }
}

TEST_F(DictationTest, NoWordIsLostWhereverItGoesUp) {
  for (const int late_ms : {-100, 0, 100}) {
    EXPECT_EQ(dictate(kOnset, kEnd + milliseconds(late_ms)), "evertriedeverfailed") << late_ms;
  }
}

TEST_F(DictationTest, WhatIsSaidIsInTheWindow) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  EXPECT_TRUE(desktop_.typed().empty()) << "the key is still down";
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  ASSERT_EQ(notebook_.spoken.size(), 1U);
  const auto& spoken = notebook_.spoken.front();
  EXPECT_EQ(desktop_.typed(), spoken.text);
  EXPECT_EQ(spoken.outcome, Dictation::Spoken::Outcome::kTyped);
  EXPECT_TRUE(spoken.release_to_text_ms && spoken.injection_ms);
  EXPECT_GT(notebook_.partials, 0);
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, LiveTextIsTypedWhileOneSpeaks) {
  begun_.store(0);
  begin({.manner = {.live = LiveText::kStable}});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
  EXPECT_EQ(desktop_.typed().find("  "), std::string::npos);
}

TEST_F(DictationTest, LiveTextStopsWhereTheWindowChanges) {
  begun_.store(0);
  begin({.manner = {.live = LiveText::kStable}});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd - milliseconds(200));
  desktop_.show({.id = "2", .application = "chat"});
  const std::string before = desktop_.typed();
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), before);
  ASSERT_EQ(notebook_.spoken.size(), 1U);
  EXPECT_EQ(notebook_.spoken.front().outcome, Dictation::Spoken::Outcome::kWindowChanged);
  EXPECT_EQ(letters_of(notebook_.spoken.front().text), "evertriedeverfailed") << "all of it is told";
}

TEST_F(DictationTest, AnotherWindowGetsNothing) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kOnset + milliseconds(500));
  desktop_.show({.id = "2", .application = "chat"});
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), "");
  ASSERT_EQ(notebook_.spoken.size(), 1U) << "and it is not lost";
  EXPECT_EQ(notebook_.spoken.front().outcome, Dictation::Spoken::Outcome::kWindowChanged);
  EXPECT_EQ(letters_of(notebook_.spoken.front().text), "evertriedeverfailed");
  EXPECT_TRUE(notebook_.spoken.front().on_clipboard);
  EXPECT_EQ(clipboard_.content, desktop::text_content(notebook_.spoken.front().text, false));
}

TEST_F(DictationTest, WhatNoKeyCanWriteIsOnTheClipboard) {
  desktop_.refuse_all();
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  ASSERT_EQ(notebook_.spoken.size(), 1U);
  EXPECT_EQ(notebook_.spoken.front().outcome, Dictation::Spoken::Outcome::kFailed);
  EXPECT_TRUE(notebook_.spoken.front().on_clipboard);
  EXPECT_EQ(clipboard_.content, desktop::text_content(notebook_.spoken.front().text, false));
  EXPECT_THAT(notebook_.troubles, testing::ElementsAre(testing::HasSubstr("no key writes")));
}

TEST_F(DictationTest, APasswordFieldGetsNothing) {
  desktop_.show({.id = "1", .secret = true});
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), "");
  ASSERT_EQ(notebook_.spoken.size(), 1U);
  EXPECT_EQ(notebook_.spoken.front().outcome, Dictation::Spoken::Outcome::kSecret);
  EXPECT_THAT(clipboard_.content, IsEmpty());
}

TEST_F(DictationTest, CancelledNothingIsTyped) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kEnd);
  dictation_->cancel();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(desktop_.typed(), "");
  EXPECT_THAT(notebook_.spoken, IsEmpty());
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, LetGoInAWordAndPressedAgainAtOnceItGoesOn) {
  wait_until(kOnset);
  dictation_->begin(false);
  for (const int at_ms : {500, 1'800, 2'100}) {
    wait_until(kOnset + milliseconds(at_ms));
    EXPECT_TRUE(dictation_->release()) << at_ms;
    dictation_->begin(false);
  }
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
  EXPECT_EQ(notebook_.spoken.size(), 1U);
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, PressedWhileTheTextIsOnItsWayNothingIsLost) {
  wait_until(kOnset);
  dictation_->begin(false);
  wait_until(kSilence + milliseconds(1'500));  // between the sentences
  release();
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
  EXPECT_EQ(notebook_.spoken.size(), 2U);
}

TEST_F(DictationTest, HoweverTheKeyIsPlayedWithItComesToRest) {
  wait_until(kOnset);
  for (int n = 0; n < 60; ++n) {
    dictation_->begin(n % 7 == 0);
    std::this_thread::sleep_for(milliseconds(n % 5 * 9));
    if (n % 11 == 0) dictation_->cancel();
    (void)dictation_->release();
    if (n % 3 == 0) dictation_->end();
  }
  release();
  dictation_->end();
  EXPECT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_THAT(notebook_.troubles, IsEmpty());
}

TEST_F(DictationTest, WithoutAMicrophoneItSaysSoAndLives) {
  broken_ = true;
  begin({.policy = MicrophonePolicy::kOnPress});
  dictation_->begin(false);
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.troubles.empty(); }));
  EXPECT_THAT(notebook_.troubles.front(), testing::HasSubstr("no microphone"));
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  broken_ = false;
  begun_.store(0);
  dictation_->begin(false);
  wait_until(kEnd + milliseconds(300));
  release();
  ASSERT_TRUE(notebook_.until(Dictation::State::kIdle));
  EXPECT_EQ(letters_of(desktop_.typed()), "evertriedeverfailed");
}

TEST_F(DictationTest, TheMicrophoneIsOpenAsItsPolicySays) {
  const auto times_opened = [&](MicrophonePolicy policy, int dictations) {
    dictation_.reset();
    opened_ = 0;
    begin({.policy = policy, .warm = std::chrono::seconds(60)});
    for (int n = 0; n < dictations; ++n) {
      dictation_->begin(false);
      EXPECT_TRUE(notebook_.until(Dictation::State::kListening));
      std::this_thread::sleep_for(milliseconds(100));
      release();
      EXPECT_TRUE(notebook_.until(Dictation::State::kIdle));
    }
    dictation_.reset();
    return opened_.load();
  };
  EXPECT_EQ(times_opened(MicrophonePolicy::kAlways, 0), 1);
  EXPECT_EQ(times_opened(MicrophonePolicy::kAlways, 2), 1);
  EXPECT_EQ(times_opened(MicrophonePolicy::kWarm, 0), 0);
  EXPECT_EQ(times_opened(MicrophonePolicy::kWarm, 2), 1);
  EXPECT_EQ(times_opened(MicrophonePolicy::kOnPress, 0), 0);
  EXPECT_EQ(times_opened(MicrophonePolicy::kOnPress, 2), 2);
}

TEST_F(DictationTest, ATerminalIsGivenNoReturn) {
  desktop_.show({.id = "1", .terminal = true});
  dictation_->type("rm -r\n.", std::nullopt);
  ASSERT_TRUE(notebook_.until([&] { return notebook_.spoken.size() == 1; }));
  EXPECT_EQ(desktop_.typed(), "rm -r .");
  desktop_.show({.id = "2"});
  dictation_->type("one\ntwo", std::nullopt);
  ASSERT_TRUE(notebook_.until([&] { return notebook_.spoken.size() == 2; }));
  EXPECT_EQ(desktop_.typed(), "rm -r .one\ntwo");
}

TEST_F(DictationTest, WhatIsTypedOnceMoreIsTyped) {
  dictation_->type("once more", std::nullopt);
  ASSERT_TRUE(notebook_.until([&] { return !notebook_.spoken.empty(); }));
  EXPECT_EQ(desktop_.typed(), "once more");
}

}  // namespace
}  // namespace voicestand::service
