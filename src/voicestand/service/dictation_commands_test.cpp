#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>

#include "voicestand/service/dictation_test_reading.h"

namespace voicestand::service {
namespace {

using testing::IsEmpty;
using testing::Not;

// Hears the same, whatever was said.
class Hears final : public speech::Recognizer {
 public:
  explicit Hears(const std::atomic<const char*>& text) : text_(text) {}

  Result<speech::Hypothesis> recognize(const speech::Request& /*request*/) override {
    return speech::Hypothesis{.text = text_.load(), .words = {}, .confidence = {}, .decode_time = milliseconds(1)};
  }
  void interrupt() noexcept override {}
  [[nodiscard]] const speech::RecognizerInfo& info() const noexcept override { return info_; }
  [[nodiscard]] std::size_t max_samples() const noexcept override { return std::size_t{22} * kRateHz; }

 private:
  const std::atomic<const char*>& text_;
  speech::RecognizerInfo info_{.model = "one text", .engine = "test", .isa = "none"};
};

// What is said one after the other into one window.
class DictationCommandsTest : public DictationTest {
 protected:
  void SetUp() override {
    recognizer_ = std::make_unique<Hears>(text_);
    // Someone who does not stop.
    const auto begin = read_.begin() + kOnset.count() * kPerMs;
    const std::vector<float> once(begin, begin + kWord.count() * kPerMs);
    read_.resize(static_cast<std::size_t>(kOnset.count()) * kPerMs);
    for (int more = 0; more < 100; ++more) read_.insert(read_.end(), once.begin(), once.end());
    start({});
  }
  void start(const Dictation::Config& config) {
    begun_.store(0);
    begin(config);
    wait_until(kOnset + milliseconds(200));
  }
  // Which is heard as `text`; what the window holds then.
  std::string say(const char* text) {
    text_.store(text);
    const std::size_t before = notebook_.spoken.size();
    dictation_->begin(false);
    std::this_thread::sleep_for(milliseconds(400));
    if (dictation_->release()) dictation_->end();
    EXPECT_TRUE(notebook_.until([&] { return notebook_.spoken.size() > before; })) << text;
    EXPECT_TRUE(notebook_.until(Dictation::State::kIdle));
    return desktop_.typed();
  }

  static constexpr milliseconds kWord{600};
  std::atomic<const char*> text_{""};
};

TEST_F(DictationCommandsTest, AreDoneAndNotWritten) {
  EXPECT_EQ(say("Dear Anna, new line."), "Dear Anna\n");
  EXPECT_EQ(say("thank you. Question mark."), "Dear Anna\nthank you?");
  EXPECT_EQ(say("New line. Bye."), "Dear Anna\nthank you?\nBye.");
  EXPECT_EQ(say("Yours."), "Dear Anna\nthank you?\nBye. Yours.");
}

TEST_F(DictationCommandsTest, WhatWasSaidIsTakenBackWithItsSpace) {
  say("One.");
  say("Zwei, naïve.");
  EXPECT_EQ(say("Three."), "One. Zwei, naïve. Three.");
  EXPECT_EQ(say("Scratch that."), "One. Zwei, naïve.");
  EXPECT_EQ(notebook_.spoken.back().text, "");
  EXPECT_EQ(say("Scratch that. Two."), "One. Two.");
  EXPECT_EQ(say("Scratch that. Scratch that."), "");
  EXPECT_EQ(say("Scratch that."), "") << "there is nothing any more";
  EXPECT_EQ(say("Four."), "Four.");
}

TEST_F(DictationCommandsTest, NothingIsTakenBackInAnotherWindow) {
  say("One.");
  desktop_.show({.id = "2", .application = "editor"});
  EXPECT_EQ(say("Scratch that."), "One.");
}

TEST_F(DictationCommandsTest, NothingIsTakenBackPastWhatMayHaveBeenTyped) {
  say("One.");
  desktop_.lose_focus(true);
  EXPECT_EQ(say("Two."), "One.?");
  desktop_.lose_focus(false);
  EXPECT_EQ(say("Scratch that."), "One.?");
  EXPECT_EQ(say("Three."), "One.? Three.");
  EXPECT_EQ(say("Scratch that. Scratch that."), "One.?");
}

TEST_F(DictationCommandsTest, NorWhereTheSessionDoesNotTellWhichWindowThereIs) {
  desktop_.show_none();
  say("One.");
  EXPECT_EQ(say("Scratch that."), "One.");
  EXPECT_EQ(notebook_.spoken.back().outcome, Dictation::Spoken::Outcome::kFailed);
  EXPECT_THAT(notebook_.troubles, Not(IsEmpty()));
}

TEST_F(DictationCommandsTest, MayBeSwitchedOff) {
  start({.manner = {.rules = {.commands = false}}});
  EXPECT_EQ(say("Scratch that."), "Scratch that.");
}

}  // namespace
}  // namespace voicestand::service
