#include "voicestand/desktop/key_chord.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "voicestand/desktop/key_names.h"

namespace voicestand::desktop {
namespace {

using Kind = KeyChord::Kind;

KeyChord parsed(const std::string& text) {
  const auto chord = KeyChord::parse(text);
  EXPECT_TRUE(chord) << text;
  return chord.value_or(KeyChord{});
}

TEST(KeyChord, KeysWithWhatIsHeld) {
  EXPECT_EQ(parsed("ctrl+alt+space"), (KeyChord{Kind::kSymbol, ' ', KeyChord::kControl | KeyChord::kAlt}));
  EXPECT_EQ(parsed("Super+Shift+Q"), (KeyChord{Kind::kSymbol, 'q', KeyChord::kSuper | KeyChord::kShift}));
  EXPECT_EQ(parsed("F13"), (KeyChord{Kind::kSymbol, 0xFFCA, 0}));
  EXPECT_EQ(parsed("scroll_lock"), (KeyChord{Kind::kSymbol, 0xFF14, 0}));
  EXPECT_EQ(parsed("Control_R"), (KeyChord{Kind::kSymbol, 0xFFE4, 0}));
  EXPECT_EQ(parsed("button8"), (KeyChord{Kind::kButton, 8, 0}));
  EXPECT_EQ(parsed("win+keycode191"), (KeyChord{Kind::kCode, 191, KeyChord::kSuper}));
  EXPECT_EQ(parsed("ctrl++"), (KeyChord{Kind::kSymbol, '+', KeyChord::kControl}));
  EXPECT_EQ(parsed("+"), (KeyChord{Kind::kSymbol, '+', 0}));
  EXPECT_EQ(parsed("ctrl+plus"), parsed("control++"));
  EXPECT_EQ(parsed("f"), (KeyChord{Kind::kSymbol, 'f', 0}));
}

TEST(KeyChord, WhatIsNoneSaysWhatIsNear) {
  const auto refusal = [](const std::string& text) {
    const auto chord = KeyChord::parse(text);
    EXPECT_FALSE(chord) << text;
    return chord ? std::string() : chord.error().message();
  };
  EXPECT_NE(refusal("Scrol_Lock").find("'Scroll_Lock'"), std::string::npos);
  EXPECT_NE(refusal("crtl+space").find("'ctrl'"), std::string::npos);
  EXPECT_NE(refusal("ctrl+spcae").find("'space'"), std::string::npos);
  EXPECT_NE(refusal("buton8").find("'button8'"), std::string::npos);
  EXPECT_NE(refusal("ctrl").find("Control_R"), std::string::npos);
  EXPECT_NE(refusal("ctrl+alt").find("Control_R"), std::string::npos);
  for (const char* text : {"", "ctrl+", "space+ctrl", "F0", "F36", "f1x", "button", "button0", "button33", "keycode256",
                           "button-1", "é", "ctrl +space"})
    EXPECT_EQ(KeyChord::parse(text).error().code, Errc::kUsage) << text;
}

TEST(KeyChord, ReadsWhatItWrites) {
  for (const KeyName& known : key_names()) {
    const KeyChord chord = parsed(std::string(known.name));
    EXPECT_EQ(chord.number, known.symbol) << known.name;
    EXPECT_EQ(parsed(chord.text()), chord) << known.name;
  }
  rc::check("any key with anything held is read as it was written", [] {
    const auto symbol =
        *rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 0x100), rc::gen::inRange<std::uint32_t>(0xFE00, 0x10000));
    const auto code = *rc::gen::inRange<std::uint32_t>(8, 256);
    const auto held = static_cast<std::uint8_t>(*rc::gen::inRange<int>(0, 16));
    const KeyChord chord = KeyChord::of_key(symbol, code, held);
    const auto again = KeyChord::parse(chord.text());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == chord);
  });
}

TEST(KeyChord, AnyBytesAreReadOrRefused) {
  rc::check("what is taken is written and taken again", [](const std::string& bytes) {
    const auto chord = KeyChord::parse(bytes);
    if (!chord) return;
    const auto again = KeyChord::parse(chord->text());
    RC_ASSERT(again.has_value() && *again == *chord);
  });
}

}  // namespace
}  // namespace voicestand::desktop
