#include "voicestand/desktop/activation.h"

#include <chrono>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace voicestand::desktop {
namespace {

using std::chrono::milliseconds;
using Command = Activation::Command;

class Key {
 public:
  explicit Key(Mode mode) : activation_({.mode = mode}) {}
  Command press(milliseconds after = milliseconds(1'000)) { return activation_.pressed(now_ += after); }
  Command release(milliseconds after) { return activation_.released(now_ += after); }
  Activation& activation() { return activation_; }

 private:
  Activation activation_;
  Clock::TimePoint now_{};
};

TEST(Activation, HeldOneTalksWhileItIsDown) {
  for (const Mode mode : {Mode::kHold, Mode::kAutomatic}) {
    Key key(mode);
    EXPECT_EQ(key.press(), Command::kBegin);
    EXPECT_EQ(key.release(milliseconds(900)), Command::kEnd);
    EXPECT_EQ(key.press(), Command::kBegin);
  }
}

TEST(Activation, TappedItStaysOnUntilTheNextPress) {
  for (const Mode mode : {Mode::kToggle, Mode::kAutomatic, Mode::kContinuous}) {
    Key key(mode);
    EXPECT_EQ(key.press(), Command::kBegin);
    EXPECT_EQ(key.release(milliseconds(100)), Command::kNone);
    EXPECT_EQ(key.press(), Command::kEnd);
    EXPECT_EQ(key.release(milliseconds(100)), Command::kNone);
    EXPECT_EQ(key.press(), Command::kBegin);
  }
}

TEST(Activation, AHoldEndsEvenWhenItWasShort) {
  Key key(Mode::kHold);
  EXPECT_EQ(key.press(), Command::kBegin);
  EXPECT_EQ(key.release(milliseconds(10)), Command::kEnd);
}

TEST(Activation, APressThatEndsDoesNotBeginAgainOnItsRelease) {
  Key key(Mode::kAutomatic);
  (void)key.press();
  (void)key.release(milliseconds(50));
  EXPECT_EQ(key.press(), Command::kEnd);
  EXPECT_EQ(key.release(milliseconds(2'000)), Command::kNone);
}

TEST(Activation, WhatEndsOtherwiseIsOver) {
  Key key(Mode::kHold);
  (void)key.press();
  key.activation().ended_otherwise();
  EXPECT_EQ(key.release(milliseconds(3'000)), Command::kNone);
  EXPECT_EQ(key.press(), Command::kBegin);
}

TEST(Activation, WhatBeganOtherwiseIsEndedByTheKey) {
  Key key(Mode::kToggle);
  key.activation().begun_otherwise();
  EXPECT_EQ(key.press(), Command::kEnd);
}

TEST(Activation, BeginningsAndEndsAlternate) {
  rc::check("whatever the key does", [](const std::vector<std::pair<bool, std::uint16_t>>& strokes) {
    const auto mode = *rc::gen::element(Mode::kAutomatic, Mode::kHold, Mode::kToggle, Mode::kContinuous);
    Key key(mode);
    bool on = false;
    for (const auto& [down, after] : strokes) {
      const Command command = down ? key.press(milliseconds(after)) : key.release(milliseconds(after));
      if (command == Command::kNone) continue;
      RC_ASSERT((command == Command::kBegin) != on);
      on = !on;
    }
  });
}

}  // namespace
}  // namespace voicestand::desktop
