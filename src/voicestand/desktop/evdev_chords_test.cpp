#include "voicestand/desktop/evdev_chords.h"

#include <string>

#include <gtest/gtest.h>

namespace voicestand::desktop {
namespace {

EvdevChords chords_of(const std::string& layouts) {
  auto keymap = xkb::Keymap::named(layouts, "");
  EXPECT_TRUE(keymap) << layouts;
  return EvdevChords(std::move(*keymap));
}

std::vector<std::uint16_t> codes(const EvdevChords& chords, const char* chord) {
  return chords.codes_of(*KeyChord::parse(chord));
}

using Codes = std::vector<std::uint16_t>;

TEST(EvdevChords, KeysAreWhereTheLayoutHasThem) {
  EXPECT_EQ(codes(chords_of("us"), "z"), Codes{KEY_Z});
  EXPECT_EQ(codes(chords_of("de"), "z"), Codes{KEY_Y});
  EXPECT_EQ(codes(chords_of("ru"), "z"), Codes{KEY_Z});  // which has no such letter
  EXPECT_EQ(codes(chords_of("us"), "F13"), Codes{KEY_F13});
  EXPECT_EQ(codes(chords_of("us"), "keycode67"), Codes{KEY_F1});
  EXPECT_EQ(codes(chords_of("us"), "button1"), Codes{BTN_LEFT});
  EXPECT_EQ(codes(chords_of("us"), "button8"), Codes{BTN_SIDE});
  EXPECT_TRUE(codes(chords_of("us"), "button5").empty());
  EXPECT_TRUE(codes(chords_of("us"), "keycode1").empty());
}

TEST(EvdevChords, WhatIsPressedIsCalledAsItIsParsed) {
  const auto chords = chords_of("de");
  KeyCodes down;
  down[KEY_RIGHTCTRL] = down[KEY_LEFTALT] = down[KEY_Y] = down[BTN_EXTRA] = true;
  EXPECT_EQ(chords.chord_of(KEY_Y, down)->text(), "ctrl+alt+z");
  EXPECT_EQ(chords.chord_of(BTN_EXTRA, down)->text(), "ctrl+alt+button9");
  EXPECT_EQ(chords.chord_of(KEY_RIGHTCTRL, down)->text(), "alt+Control_R");
  EXPECT_FALSE(chords.chord_of(BTN_TRIGGER_HAPPY1, down));
}

TEST(EvdevChords, AltGrIsNoAlt) {
  KeyCodes down;
  down[KEY_RIGHTALT] = true;
  EXPECT_EQ(held_by(chords_of("us").held_keys(), down), KeyChord::kAlt);
  EXPECT_EQ(held_by(chords_of("de").held_keys(), down), 0);
}

}  // namespace
}  // namespace voicestand::desktop
